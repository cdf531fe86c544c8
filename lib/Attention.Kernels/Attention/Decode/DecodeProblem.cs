namespace Attention.Kernels;

/// <summary>A few queries per head, what they attend to, and where the results go.</summary>
/// <param name="rows">Keys and values.</param>
/// <param name="shape">The sizes; how many keys there are the rows know, for each sequence its own.</param>
/// <param name="query">[B, H, N, D]</param>
/// <param name="output">[B, H, N, Dv]</param>
/// <param name="logSumExp">[B, H, N], or null.</param>
/// <param name="mask">Which keys a query sees, and what is added to their scores.</param>
/// <param name="scale">What the scores are multiplied by.</param>
internal readonly unsafe struct DecodeProblem<TRows>(TRows rows, AttentionShape shape, StridedRows query, StridedRows output, float* logSumExp, Mask mask, float scale)
    where TRows : struct, ICachedRows
{
    internal readonly TRows Rows = rows;
    internal readonly int Sequences = shape.Batch;
    internal readonly int KeyHeads = shape.KeyHeads;
    internal readonly int Width = shape.Width;
    internal readonly int ValueWidth = shape.ValueWidth;
    internal readonly int Queries = shape.Queries;
    internal readonly float Scale = scale;

    /// <summary>Query heads that share a key head.</summary>
    internal readonly int Group = shape.Heads / shape.KeyHeads;

    /// <summary>Query rows that share a key head: first all tokens of one query head, then all of the next.</summary>
    internal int GroupRows => Group * Queries;

    internal float* Query(int sequence, int keyHead, int row) => query.Head(sequence, (keyHead * Group) + (row / Queries)) + (row % Queries * query.Stride);

    internal float* Output(int sequence, int keyHead, int row) => output.Head(sequence, (keyHead * Group) + (row / Queries)) + (row % Queries * output.Stride);

    /// <summary>Where a row's ln Σ e^score goes; null when it is not wanted.</summary>
    internal float* LogSumExp(int sequence, int keyHead, int row) =>
        logSumExp == null ? null : logSumExp + ((((long)sequence * KeyHeads) + keyHead) * GroupRows) + row;

    /// <summary>The mask of a row's query head.</summary>
    internal Mask.Head MaskOf(int sequence, int keyHead, int row) =>
        mask.ForHead(shape with { Keys = Rows.Length(sequence) }, sequence, (keyHead * Group) + (row / Queries));

    /// <summary>How many pieces of keys this sequence's queries see.</summary>
    internal int Pieces(int sequence)
    {
        Mask.Reach reach = ReachOf(sequence);
        return SinkPieces(reach) + Math.Max(0, PieceEnd(reach.End) - FirstPiece(reach));
    }

    /// <summary>Where the keys of a piece begin: pieces begin at multiples of their size, wherever the window is.</summary>
    internal int PieceStart(int sequence, int piece)
    {
        Mask.Reach reach = ReachOf(sequence);
        int sinks = SinkPieces(reach);
        return (piece < sinks ? (reach.First / Decode.PieceTokens) + piece : FirstPiece(reach) + piece - sinks) * Decode.PieceTokens;
    }

    /// <summary>What the queries of a sequence see, by its place alone; the same in every head.</summary>
    private Mask.Reach ReachOf(int sequence) => MaskOf(sequence, 0, 0).ReachOf(0, Queries - 1);

    private static int SinkPieces(Mask.Reach reach) => reach.SinkEnd > reach.First ? PieceEnd(reach.SinkEnd) - (reach.First / Decode.PieceTokens) : 0;

    /// <summary>The first piece with keys near the queries that has no sinks too.</summary>
    private static int FirstPiece(Mask.Reach reach)
    {
        int first = reach.Start / Decode.PieceTokens;
        return reach.SinkEnd > reach.First ? Math.Max(first, PieceEnd(reach.SinkEnd)) : first;
    }

    private static int PieceEnd(int key) => (int)(((long)key + Decode.PieceTokens - 1) / Decode.PieceTokens);
}
