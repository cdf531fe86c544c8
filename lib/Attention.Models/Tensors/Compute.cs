using Attention.Kernels;

namespace Attention.Models;

/// <summary>How the arithmetic of tensors is run.</summary>
public static class Compute
{
    private static int _maxThreads;

    /// <summary>How many threads may work on one operation; 0, the usual value, means one per processor. The results are the same bits for any number.</summary>
    /// <exception cref="ArgumentException">The number is negative.</exception>
    public static int MaxThreads
    {
        get => _maxThreads;
        set => _maxThreads = value >= 0 ? value : throw new ArgumentException($"MaxThreads: expected zero or more, got {value}");
    }

    internal static KernelOptions Options => new() { MaxThreads = _maxThreads };
}
