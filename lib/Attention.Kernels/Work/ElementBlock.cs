namespace Attention.Kernels;

/// <summary>Some neighbouring elements of a buffer: the tile of every kernel that treats elements apart.</summary>
internal readonly struct ElementBlock(long count, long tile)
{
    private const long Elements = 1 << 15;

    /// <summary>The first element.</summary>
    internal long First { get; } = tile * Elements;

    /// <summary>How many elements, from one on.</summary>
    internal long Count { get; } = Math.Min(Elements, count - (tile * Elements));

    /// <summary>How many blocks there are.</summary>
    internal static long CountOf(long count) => (count + Elements - 1) / Elements;
}
