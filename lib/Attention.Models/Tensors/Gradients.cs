namespace Attention.Models;

/// <summary>Whether operations are recorded, so that gradients can be computed. They are, unless said otherwise.</summary>
public static class Gradients
{
    [ThreadStatic]
    private static int _off;

    /// <summary>Whether this thread records.</summary>
    public static bool AreOn => _off == 0;

    /// <summary>Records nothing on this thread until what is returned is disposed: <c>using (Gradients.Off()) { ... }</c>, for measuring and generating.</summary>
    /// <remarks>It is to be disposed on the thread that turned them off; elsewhere that is refused with an InvalidOperationException.</remarks>
    public static IDisposable Off() => new Pause();

    private sealed class Pause : IDisposable
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private bool _hasEnded;

        internal Pause() => _off++;

        public void Dispose()
        {
            if (_hasEnded)
            {
                return;
            }

            if (Environment.CurrentManagedThreadId != _thread)
            {
                throw new InvalidOperationException("Gradients: they were turned off on another thread, where they still are; an await between Off and its end may go on elsewhere");
            }

            _off--;
            _hasEnded = true;
        }
    }
}
