namespace Attention.Kernels;

/// <summary>A kernel's work, cut into tiles that can be computed in any order and on any thread. A struct, so that nothing is allocated and every call is direct.</summary>
internal unsafe interface ITiles
{
    /// <summary>How many tiles there are.</summary>
    long Count { get; }

    /// <summary>Floats of scratch that a thread needs while it works.</summary>
    long ScratchCount { get; }

    /// <summary>Computes one tile.</summary>
    /// <typeparam name="TLanes">The registers to use.</typeparam>
    /// <param name="tile">From 0 to Count − 1.</param>
    /// <param name="scratch">[ScratchCount], of any content, aligned to a cache line; this thread's alone.</param>
    /// <param name="cancellation">A tile that takes long asks it now and then, and returns early.</param>
    void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>;
}
