namespace Attention.Kernels;

/// <summary>The caller's buffers, pinned while the work runs.</summary>
internal unsafe struct BackwardBuffers
{
    internal StridedRows Query;
    internal StridedRows Key;
    internal StridedRows Value;
    internal StridedRows Output;
    internal StridedRows OutputGradient;

    /// <summary>Of no memory when not wanted; so are the two below.</summary>
    internal StridedRows QueryGradient;
    internal StridedRows KeyGradient;
    internal StridedRows ValueGradient;

    /// <summary>[B, H, N] in every layout.</summary>
    internal float* LogSumExp;

    /// <summary>Of the mask's bias and as long; null when not wanted.</summary>
    internal float* BiasGradient;

    /// <summary>Of the mask's table, [H, buckets]; null when not wanted.</summary>
    internal float* TableGradient;

    internal readonly bool WantsQueries => QueryGradient.Head(0, 0) != null;

    internal readonly bool WantsKeys => KeyGradient.Head(0, 0) != null;

    internal readonly bool WantsValues => ValueGradient.Head(0, 0) != null;
}
