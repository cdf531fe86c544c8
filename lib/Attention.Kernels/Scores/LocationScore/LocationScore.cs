namespace Attention.Kernels;

/// <summary>Scores positions by the query alone, whatever stands there: <c>scoreⱼ = wⱼ·q</c>.</summary>
/// <remarks>Luong et al. 2015, eq. 8, "location". There is a learnt row for each of M positions, so a sequence cannot be longer than that.</remarks>
public static partial class LocationScore
{
    /// <summary>Scores every position of a sequence for every query.</summary>
    /// <param name="shape">The sizes that all buffers follow; the width of a key is not asked for.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="weight">[M, Dq]; a row for each position.</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static void Forward(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> weight, Span<float> scores, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, weight, scores);
        Matmul.Forward(Product(shape), query, weight, scores, options: options);
    }

    /// <summary>The same, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> weight, Span<float> scores)
    {
        Check(shape, query, weight, scores);
        int width = shape.QueryWidth;
        for (int index = 0; index < scores.Length; index++)
        {
            scores[index] = DotScore.Dot(query.Slice(index / shape.Keys * width, width), weight.Slice(index % shape.Keys * width, width));
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: <c>dQ = dS W</c> and <c>dW = dSᵀ Q</c>, summed over the batch.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="weight">[M, Dq]</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="weightGradient">[M, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> weightGradient,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, weight, scoresGradient, queryGradient, weightGradient);
        Matmul.Backward(Product(shape), query, weight, scoresGradient, queryGradient, weightGradient, options: options);
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> weight, ReadOnlySpan<float> scoresGradient, Span<float> queryGradient, Span<float> weightGradient)
    {
        CheckBackward(shape, query, weight, scoresGradient, queryGradient, weightGradient);
        queryGradient.Clear();
        weightGradient.Clear();
        for (int index = 0; index < scoresGradient.Length; index++)
        {
            (int row, int position) = (index / shape.Keys, index % shape.Keys);
            DotScore.AddRow(scoresGradient[index], weight, position, queryGradient, row, shape.QueryWidth);
            DotScore.AddRow(scoresGradient[index], query, row, weightGradient, position, shape.QueryWidth);
        }
    }

    /// <summary>The score of each position for each query, as a new matrix.</summary>
    /// <param name="query">[N, Dq]</param>
    /// <param name="weight">[M, Dq]</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices are not equally wide.</exception>
    public static float[,] Of(float[,] query, float[,] weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ScoreShape shape = ScoreShape.Of(query, weight);
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), weight.AsSpan(), scores.AsSpan());
        return scores;
    }

    private static MatmulShape Product(ScoreShape shape) =>
        new(shape.Queries, shape.Keys, shape.QueryWidth) { Batch = shape.Batch, TransposeRight = true, RightBatchStride = 0 };

    private static void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> weight, ReadOnlySpan<float> scores)
    {
        shape.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Queries, shape.QueryWidth);
        Guard.Length(nameof(weight), weight.Length, shape.Keys, shape.QueryWidth);
        Guard.Length(nameof(scores), scores.Length, shape.Batch, shape.Queries, shape.Keys);
        Guard.Apart(nameof(scores), scores, nameof(query), query);
        Guard.Apart(nameof(scores), scores, nameof(weight), weight);
    }

    private static void CheckBackward(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> weight, ReadOnlySpan<float> scoresGradient, ReadOnlySpan<float> queryGradient, ReadOnlySpan<float> weightGradient)
    {
        shape.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Queries, shape.QueryWidth);
        Guard.Length(nameof(weight), weight.Length, shape.Keys, shape.QueryWidth);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Batch, shape.Queries, shape.Keys);
        Guard.Apart(nameof(queryGradient), queryGradient, nameof(weight), weight);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(weight), weight);
        ScoreShape.CheckGradient(nameof(queryGradient), queryGradient, query, default, scoresGradient, shape.Batch, shape.Queries, shape.QueryWidth);
        ScoreShape.CheckGradient(nameof(weightGradient), weightGradient, query, default, scoresGradient, shape.Keys, shape.QueryWidth);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(queryGradient), queryGradient);
    }
}
