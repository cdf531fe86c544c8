namespace Attention.Kernels;

/// <summary>The scratch of one block of queries against one block of keys. Nothing in it grows with the length of the sequence.</summary>
/// <remarks>
/// The distances between a block of queries and a block of keys are fewer than both together, so the position terms of the whole block are one product with that many rows of r. These
/// lie in descending order of distance: the term of query i (of n) and key j then stands in row i, column n − 1 − i + j, and the relative shift is an offset for each row.
/// </remarks>
internal readonly unsafe struct RelativePanels
{
    /// <summary>Queries of a block.</summary>
    internal const int Queries = 64;

    /// <summary>Keys of a block.</summary>
    internal const int Keys = 128;

    /// <summary>Distances between them.</summary>
    internal const int Distances = Queries + Keys;

    internal RelativePanels(AttentionShape shape, float* start)
    {
        Width = Padded.Count(shape.Width);
        ValueWidth = Padded.Count(shape.ValueWidth);
        ContentQuery = start;
        PositionQuery = ContentQuery + ((long)Queries * Width);
        KeyTransposed = PositionQuery + ((long)Queries * Width);
        PositionTransposed = KeyTransposed + ((long)shape.Width * Keys);
        Value = PositionTransposed + ((long)shape.Width * Distances);
        Context = Value + ((long)Keys * ValueWidth);
        Scores = Context + ((long)Queries * ValueWidth);
        PositionScores = Scores + (Queries * Keys);
        Maximum = PositionScores + (Queries * Distances);
        Sum = Maximum + Queries;
        End = Sum + Queries;
    }

    /// <summary>Floats in a row of queries.</summary>
    internal int Width { get; }

    /// <summary>Floats in a row of values and contexts.</summary>
    internal int ValueWidth { get; }

    /// <summary>[queries, D]; q + u.</summary>
    internal float* ContentQuery { get; }

    /// <summary>[queries, D]; q + v.</summary>
    internal float* PositionQuery { get; }

    /// <summary>[D, keys]</summary>
    internal float* KeyTransposed { get; }

    /// <summary>[D, distances], the largest distance first.</summary>
    internal float* PositionTransposed { get; }

    /// <summary>[keys, Dv]</summary>
    internal float* Value { get; }

    /// <summary>[queries, Dv]; Σ weight · value so far.</summary>
    internal float* Context { get; }

    /// <summary>[queries, keys]; scores, then weights.</summary>
    internal float* Scores { get; }

    /// <summary>[queries, distances]; (q + v)·r before the shift.</summary>
    internal float* PositionScores { get; }

    /// <summary>[queries]; each query's largest score so far.</summary>
    internal float* Maximum { get; }

    /// <summary>[queries]; Σ e^(score − maximum) so far.</summary>
    internal float* Sum { get; }

    /// <summary>Where the next scratch begins.</summary>
    internal float* End { get; }

    internal static long CountOf(AttentionShape shape) => new RelativePanels(shape, null).End - (float*)null;

    /// <summary>Brings queries in, with a bias each.</summary>
    internal void LoadQueries<TLanes>(int count, int width, float* query, float* contentBias, float* positionBias)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Padded.Load(count, width, query, ContentQuery, Width);
        Padded.Load(count, width, query, PositionQuery, Width);
        for (int i = 0; i < count; i++)
        {
            RowLanes.AddScaled<TLanes>(1, contentBias, ContentQuery + ((long)i * Width), width);
            RowLanes.AddScaled<TLanes>(1, positionBias, PositionQuery + ((long)i * Width), width);
        }
    }

    /// <summary>The scores of some of the loaded queries with a block of keys, content and position, scaled; −∞ where a key is hidden.</summary>
    /// <param name="row">The first of the queries, counted within the block.</param>
    /// <param name="count">How many queries.</param>
    /// <param name="visible">How many of the keys the first of these queries sees; each later one sees one more. May be negative, or more than there are.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="width">D</param>
    /// <param name="key">[keys, D]</param>
    /// <param name="position">The row of distance 0.</param>
    /// <param name="scale">1/√D.</param>
    internal void Score<TLanes>(int row, int count, long visible, int keys, int width, float* key, float* position, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long farthest = visible + count - 2; // from the last of the queries to the first of the keys
        int distances = DistancesOf(count, visible, keys);
        Transpose.Scaled(keys, width, key, width, KeyTransposed, Keys, 1);
        Transpose.Scaled(distances, width, position + (farthest * width), -width, PositionTransposed, Distances, 1);
        float* scores = Scores + ((long)row * Keys), positionScores = PositionScores + ((long)row * Distances);
        TileProduct.Run<TLanes>(count, Padded.Count(keys), width, ContentQuery + ((long)row * Width), Width, 1, KeyTransposed, scores, Keys, accumulate: false);
        TileProduct.Run<TLanes>(
            count, Padded.Count(distances), width, PositionQuery + ((long)row * Width), Width, 1, PositionTransposed, positionScores, Distances, accumulate: false);
        for (int i = 0; i < count; i++, scores += Keys, positionScores += Distances)
        {
            RelativeRows.AddShifted<TLanes>(positionScores + count - 1 - i, scores, Padded.Count(keys), scale);
            int seen = (int)Math.Clamp(visible + i, 0, keys);
            new Span<float>(scores + seen, Keys - seen).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>How many distances there are between queries and the keys that the last of them sees.</summary>
    internal static int DistancesOf(int count, long visible, int keys) => (int)Math.Min(count + keys - 1, visible + count - 1);
}
