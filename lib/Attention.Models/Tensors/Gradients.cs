namespace Attention.Models;

/// <summary>Whether operations are recorded, so that gradients can be computed. They are, unless said otherwise.</summary>
public static class Gradients
{
    [ThreadStatic]
    private static int _off;

    /// <summary>Whether this thread records.</summary>
    public static bool AreOn => _off == 0;

    /// <summary>Records nothing on this thread until what is returned is disposed: <c>using (Gradients.Off()) { ... }</c>, for measuring and generating.</summary>
    public static IDisposable Off() => new Pause();

    private sealed class Pause : IDisposable
    {
        private bool _hasEnded;

        internal Pause() => _off++;

        public void Dispose()
        {
            _off -= _hasEnded ? 0 : 1;
            _hasEnded = true;
        }
    }
}
