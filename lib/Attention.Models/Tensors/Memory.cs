namespace Attention.Models;

/// <summary>Where the numbers of tensors live.</summary>
/// <remarks>
/// Left alone, a tensor's numbers are an array like any other, and the garbage collector takes them when nobody refers to them. In a scope they come from a pool and go back to it when the
/// scope ends: a training step in a scope uses the memory of the step before.
/// </remarks>
/// <example>
/// <code>
/// Linear layer = new(input: 8, output: 2, new RandomSource(1));
/// Tensor last = Tensor.Zeros(4, 2);
/// for (int step = 0; step &lt; 3; step++)
/// {
///     using MemoryScope scope = Memory.Scope();
///     Tensor y = layer.Forward(Tensor.Ones(4, 8));
///     y.Power(2).Mean().Backward(); // the gradients of parameters outlive the scope
///     last = scope.Keep(y); // so does what is kept; all else ends here, and its memory serves the next step
/// }
///
/// Console.WriteLine(last.Shape); // prints [4, 2]
/// Console.WriteLine(layer.Weight.Gradient!.Shape); // prints [2, 8]
/// </code>
/// </example>
public static class Memory
{
    [ThreadStatic]
    private static MemoryScope? _current;

    /// <summary>The innermost scope of this thread.</summary>
    internal static MemoryScope? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Opens a scope on this thread: what operations compute until it is disposed ends with it. Parameters and their gradients do not.</summary>
    public static MemoryScope Scope() => new(_current);

    /// <summary>Gives what waits in the pool to the garbage collector.</summary>
    public static void Release() => StoragePool.Clear();

    /// <summary>Memory for a result.</summary>
    internal static Storage Allocate(int count) => _current is { } scope ? scope.Rent(count) : Storage.Lasting(count);
}
