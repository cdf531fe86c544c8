namespace Attention.Kernels;

/// <summary>Scores a query against a key by their dot product: <c>score = q·k</c>.</summary>
/// <remarks>Luong et al. 2015, § 3.1, "dot". <see cref="ScaledDotProduct"/> computes scores, weights and contexts in one, without writing the scores down.</remarks>
public static partial class DotScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static void Forward(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, scores);
        Matmul.Forward(shape.Pairs, query, key, scores, options: options);
    }

    /// <summary>The same, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores)
    {
        Check(shape, query, key, scores);
        for (int index = 0; index < scores.Length; index++)
        {
            (int queryRow, int keyRow) = Rows(shape, index);
            scores[index] = Dot(query.Slice(queryRow * shape.QueryWidth, shape.QueryWidth), key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth));
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: <c>dQ = dS K</c> and <c>dK = dSᵀ Q</c>.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, key, scoresGradient, queryGradient, keyGradient);
        Matmul.Backward(shape.Pairs, query, key, scoresGradient, queryGradient, keyGradient, options: options);
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, Span<float> queryGradient, Span<float> keyGradient)
    {
        CheckBackward(shape, query, key, scoresGradient, queryGradient, keyGradient);
        queryGradient.Clear();
        keyGradient.Clear();
        for (int index = 0; index < scoresGradient.Length; index++)
        {
            (int queryRow, int keyRow) = Rows(shape, index);
            AddRow(scoresGradient[index], key, keyRow, queryGradient, queryRow, shape.QueryWidth);
            AddRow(scoresGradient[index], query, queryRow, keyGradient, keyRow, shape.KeyWidth);
        }
    }

    /// <summary>The dot products of every row of one matrix with every row of another, as a new matrix.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices are not equally wide.</exception>
    public static float[,] Of(float[,] query, float[,] key)
    {
        ScoreShape shape = ScoreShape.Of(query, key);
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), key.AsSpan(), scores.AsSpan());
        return scores;
    }

    /// <summary>The rows that meet in one score, counted over all sequences.</summary>
    internal static (int Query, int Key) Rows(ScoreShape shape, int index) =>
        (index / shape.Keys, (index / shape.Keys / shape.Queries * shape.Keys) + (index % shape.Keys));

    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>destination[row] += factor · source[row], unless nobody wants the destination.</summary>
    internal static void AddRow(float factor, ReadOnlySpan<float> source, int sourceRow, Span<float> destination, int row, int width)
    {
        for (int i = 0; i < width && !destination.IsEmpty; i++)
        {
            destination[(row * width) + i] += factor * source[(sourceRow * width) + i];
        }
    }

    private static void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scores)
    {
        shape.Check(query, key, scores);
        shape.CheckSameWidth();
    }

    private static void CheckBackward(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, ReadOnlySpan<float> queryGradient, ReadOnlySpan<float> keyGradient)
    {
        shape.CheckBackward(query, key, scoresGradient, queryGradient, keyGradient);
        shape.CheckSameWidth();
    }
}
