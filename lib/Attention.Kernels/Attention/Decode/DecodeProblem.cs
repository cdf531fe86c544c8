namespace Attention.Kernels;

/// <summary>New tokens, what they attend to, and where the results go.</summary>
internal readonly unsafe struct DecodeProblem<TRows>(
    TRows rows, int sequences, DecodeShape shape, CacheShape cache, StridedRows query, StridedRows output, float* logSumExp, float scale)
    where TRows : struct, ICachedRows
{
    internal readonly TRows Rows = rows;
    internal readonly int Sequences = sequences;
    internal readonly int KeyHeads = cache.KeyHeads;
    internal readonly int Width = cache.Width;
    internal readonly int ValueWidth = cache.ValueWidth;
    internal readonly int Queries = shape.Queries;
    internal readonly float Scale = scale;

    /// <summary>Query heads that share a key head.</summary>
    internal readonly int Group = shape.Heads / cache.KeyHeads;

    /// <summary>Query rows that share a key head: first all tokens of one query head, then all of the next.</summary>
    internal int GroupRows => Group * Queries;

    /// <summary>The position of the first new token.</summary>
    internal int FirstQuery(int sequence) => Rows.Length(sequence) - Queries;

    /// <summary>The first token after the sinks that any new token sees.</summary>
    internal int FirstKey(int sequence) => Rows.FirstSeen(FirstQuery(sequence));

    internal float* Query(int sequence, int keyHead, int row) => query.Head(sequence, (keyHead * Group) + (row / Queries)) + (row % Queries * query.Stride);

    internal float* Output(int sequence, int keyHead, int row) => output.Head(sequence, (keyHead * Group) + (row / Queries)) + (row % Queries * output.Stride);

    /// <summary>Where a row's ln Σ e^score goes; null when it is not wanted.</summary>
    internal float* LogSumExp(int sequence, int keyHead, int row) =>
        logSumExp == null ? null : logSumExp + ((((long)sequence * KeyHeads) + keyHead) * GroupRows) + row;

    /// <summary>How many pieces of keys this sequence's new tokens see.</summary>
    internal int Pieces(int sequence)
    {
        int first = FirstKey(sequence) / Decode.PieceTokens;
        return SinkPieces(first) + ((Rows.Length(sequence) - 1) / Decode.PieceTokens) - first + 1;
    }

    /// <summary>Where the keys of a piece begin: pieces begin at multiples of their size, wherever the window is.</summary>
    internal int PieceStart(int sequence, int piece)
    {
        int first = FirstKey(sequence) / Decode.PieceTokens;
        int sinks = SinkPieces(first);
        return (piece < sinks ? piece : first + piece - sinks) * Decode.PieceTokens;
    }

    /// <summary>Pieces of sinks before the one in which the window begins.</summary>
    private int SinkPieces(int first) => Math.Min(first, (Rows.Sinks + Decode.PieceTokens - 1) / Decode.PieceTokens);
}
