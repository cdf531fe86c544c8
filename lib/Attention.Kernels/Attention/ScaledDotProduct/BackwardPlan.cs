namespace Attention.Kernels;

/// <summary>How the backward pass cuts its problem up. It follows from the sizes alone: the number of threads and the width of the registers change no sum.</summary>
internal readonly struct BackwardPlan
{
    /// <summary>Keys side by side in one half of a panel: three registers of 512 bits, as wide as the widest tile.</summary>
    internal const int HalfColumns = 48;

    private const int MaxQueryRows = 96; // what two products read of a block at a time, 96 × (48 + 16) floats, leaves room in a first-level cache of 32 KB
    private const int Alignment = 16; // floats in the widest register
    private const long ScratchBudget = 192 * 1024; // floats: three quarters of a second-level cache of 1 MB

    private readonly int _blocksPerPanel;

    /// <param name="shape">The problem's sizes.</param>
    /// <param name="isCapped">Whether scores are capped, which takes one more block of scratch.</param>
    internal BackwardPlan(AttentionShape shape, bool isCapped)
    {
        _blocksPerPanel = isCapped ? 4 : 3;
        PaddedWidth = RoundUp(shape.Width, Alignment);
        // Rows whose distance is an odd number of cache lines lie in different sets of the cache.
        RowStride = PaddedWidth + (PaddedWidth / Alignment % 2 == 0 ? Alignment : 0);
        Blocks = CountOf(shape.Queries, MaxQueryRows);

        // Blocks of one size, so that the last is no remnant; of whole tiles of eight rows.
        QueryRows = Blocks == 0 ? 0 : (int)RoundUp(CountOf(shape.Queries, Blocks), 8);
        Columns = 2 * HalfColumns;
        if (shape.Keys <= HalfColumns || ScratchCount(shape) > ScratchBudget)
        {
            Columns = HalfColumns;
        }

        Panels = CountOf(shape.Keys, Columns);
    }

    /// <summary>Keys per panel, and floats from one row of a panel to the next.</summary>
    internal int Columns { get; }

    /// <summary>How many panels hold all keys of a head.</summary>
    internal int Panels { get; }

    /// <summary>Queries per block.</summary>
    internal int QueryRows { get; }

    /// <summary>How many blocks hold all queries of a head.</summary>
    internal int Blocks { get; }

    /// <summary>D, rounded up to whole registers.</summary>
    internal long PaddedWidth { get; }

    /// <summary>Floats from one row of keys, or of queries' gradients, to the next.</summary>
    internal long RowStride { get; }

    /// <summary>Floats of scratch that a thread needs.</summary>
    internal long ScratchCount(AttentionShape shape) =>
        (Columns * ((2L * shape.Width) + (2L * shape.ValueWidth) + RowStride)) + (QueryRows * (((long)_blocksPerPanel * Columns) + RowStride)) + QueryRows + Columns;

    private static int CountOf(int length, int block) => (int)(((long)length + block - 1) / block);

    private static long RoundUp(int length, int step) => ((long)length + step - 1) / step * step;
}
