namespace Attention.Kernels;

/// <summary>Up to 48 queries side by side, and all that is known about them so far. Every array is aligned scratch, with a row per feature and a column per query.</summary>
/// <remarks>What columns beyond the last query compute is never written out.</remarks>
internal readonly unsafe struct QueryPanel
{
    /// <summary>Queries per panel, and floats per row: three registers of 512 bits, as wide as the widest tile.</summary>
    internal const int Columns = 48;

    /// <summary>Keys that are scored at once: their scores, 144 × 48 floats, leave room in a first-level cache of 48 KB for the values that they weigh.</summary>
    internal const int KeysPerBlock = 144;

    internal QueryPanel(float* start, AttentionShape shape, int firstQuery, int columnsPerStep)
    {
        FirstQuery = firstQuery;
        Count = Math.Min(Columns, shape.Queries - firstQuery);
        Active = Math.Min(Columns, (Count + columnsPerStep - 1) / columnsPerStep * columnsPerStep);
        Maximum = start;
        Sum = Maximum + Columns;
        Rescale = Sum + Columns;
        Query = Rescale + Columns;
        Context = Query + ((long)Columns * shape.Width);
    }

    /// <summary>The row of the first query.</summary>
    internal int FirstQuery { get; }

    /// <summary>How many queries there are.</summary>
    internal int Count { get; }

    /// <summary>How many columns are computed: the count, rounded up to what one step of the kernels covers.</summary>
    internal int Active { get; }

    /// <summary>[48]; each query's largest score so far, −∞ at first.</summary>
    internal float* Maximum { get; }

    /// <summary>[48]; Σ 2^(score − maximum) so far.</summary>
    internal float* Sum { get; }

    /// <summary>[48]; what the newest maximum makes of the sums before it.</summary>
    internal float* Rescale { get; }

    /// <summary>[D, 48]; the queries, transposed and scaled.</summary>
    internal float* Query { get; }

    /// <summary>[Dv, 48]; Σ weight · value so far, transposed.</summary>
    internal float* Context { get; }

    /// <summary>Floats that so many panels need, one after the other.</summary>
    internal static long PanelCount(AttentionShape shape) => Columns * (3L + shape.Width + shape.ValueWidth);

    /// <summary>Floats of scratch for a tile of so many panels: the panels, the scores of one key block, and the same again for a bias.</summary>
    internal static long ScratchCount(AttentionShape shape, int panels) => (panels * PanelCount(shape)) + (2L * Columns * KeysPerBlock);
}
