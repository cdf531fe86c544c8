namespace Attention.Kernels;

/// <summary>How to run a kernel. The default value asks for what nearly everyone wants: as many threads as pay off.</summary>
public readonly record struct KernelOptions
{
    /// <summary>Multiply–adds, or what takes as long, that are worth waking a thread for.</summary>
    internal const double WorkPerThread = 1 << 21;

    /// <summary>How many threads may work at once, the caller's included; 0 means one per processor. Small problems stay on the caller's thread.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Checked between tiles. A cancelled call throws, and leaves its outputs half written.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Bits of the registers to use, for tests that hold every width against the oracle; 0 means the widest there are.</summary>
    internal int RegisterBits { get; init; }

    /// <summary>Bits of the registers that are used.</summary>
    internal int Registers => RegisterBits == 0 ? VectorWidth.Bits : RegisterBits;

    /// <summary>How many threads this much work deserves.</summary>
    /// <param name="multiplyAdds">Multiply–adds of the whole call. A float that only travels through memory counts as about eight.</param>
    internal int ThreadsFor(double multiplyAdds) =>
        (int)Math.Clamp(multiplyAdds / WorkPerThread, 1, MaxThreads == 0 ? Environment.ProcessorCount : MaxThreads);

    internal void Check() => Guard.NotNegative(nameof(MaxThreads), MaxThreads);
}
