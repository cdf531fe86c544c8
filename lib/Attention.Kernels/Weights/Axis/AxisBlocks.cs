namespace Attention.Kernels;

/// <summary>
/// Neighbouring lines along an axis, walked side by side from their first elements to their last: what is read and written lies in one piece for as long as it can, and where the lines are
/// far apart no more of memory's pages are visited than need be. A line's result does not depend on its neighbours, so the blocks may be cut as the threads want them.
/// </summary>
internal readonly struct AxisBlocks
{
    private const int LeastLines = 64, MostLines = 1024, CacheLine = 16;

    private readonly AxisShape _shape;
    private readonly int _blocks;

    internal AxisBlocks(AxisShape shape, int threads)
    {
        _shape = shape;
        long lines = (long)shape.Outer * shape.Inner, share = lines / (2L * threads) / CacheLine * CacheLine;
        Lines = (int)Math.Min(Math.Clamp(share, LeastLines, MostLines), Math.Max(1, shape.Inner));
        _blocks = (int)(((long)shape.Inner + Lines - 1) / Lines);
    }

    /// <summary>The most lines that a block has.</summary>
    internal int Lines { get; }

    /// <summary>How many blocks there are.</summary>
    internal long Count => _shape.Length == 0 ? 0 : (long)_shape.Outer * _blocks;

    /// <summary>Where a block starts in the array.</summary>
    internal long Start(long block) => (block / _blocks * _shape.Length * _shape.Inner) + (block % _blocks * Lines);

    /// <summary>How many lines it has.</summary>
    internal int LinesOf(long block) => (int)Math.Min(Lines, _shape.Inner - (block % _blocks * Lines));
}
