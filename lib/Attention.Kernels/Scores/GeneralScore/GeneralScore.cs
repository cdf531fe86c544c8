namespace Attention.Kernels;

/// <summary>Scores a query against a key through a matrix that is learnt, so that they may live in different spaces: <c>score = qᵀ W k</c>.</summary>
/// <remarks>Luong et al. 2015, § 3.1, "general". The queries are projected once, <c>S = (Q W) Kᵀ</c>.</remarks>
public static partial class GeneralScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="weight">[Dq, Dk]; W.</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static unsafe void Forward(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, Span<float> scores, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, weight, scores);
        int count = Guard.Count("projected queries", shape.Batch, shape.Queries, shape.KeyWidth);
        Scratch scratch = Scratch.Rent(count);
        try
        {
            Span<float> projected = new(scratch.Start, count);
            Matmul.Forward(Projection(shape), query, weight, projected, options: options);
            Matmul.Forward(shape.Pairs, projected, key, scores, options: options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>The same, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, Span<float> scores)
    {
        Check(shape, query, key, weight, scores);
        for (int index = 0; index < scores.Length; index++)
        {
            (int queryRow, int keyRow) = DotScore.Rows(shape, index);
            float score = 0;
            for (int i = 0; i < shape.QueryWidth; i++)
            {
                ReadOnlySpan<float> row = weight.Slice(i * shape.KeyWidth, shape.KeyWidth);
                score += query[(queryRow * shape.QueryWidth) + i] * DotScore.Dot(row, key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth));
            }

            scores[index] = score;
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: <c>dQ = dS K Wᵀ</c>, <c>dK = dSᵀ Q W</c> and <c>dW = Qᵀ dS K</c>, summed over the batch.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="weight">[Dq, Dk]; W.</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="weightGradient">[Dq, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> weightGradient,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, key, weight, scoresGradient, queryGradient, keyGradient, weightGradient);
        int count = Guard.Count("projected queries", shape.Batch, shape.Queries, shape.KeyWidth);
        Scratch scratch = Scratch.Rent(2L * count);
        try
        {
            Span<float> projected = new(scratch.Start, count), projectedGradient = new(scratch.Start + count, count);
            Matmul.Forward(Projection(shape), query, weight, projected, options: options);
            Matmul.Backward(shape.Pairs, projected, key, scoresGradient, projectedGradient, keyGradient, options: options);
            Matmul.Backward(Projection(shape), query, weight, projectedGradient, queryGradient, weightGradient, options: options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> weightGradient)
    {
        CheckBackward(shape, query, key, weight, scoresGradient, queryGradient, keyGradient, weightGradient);
        queryGradient.Clear();
        keyGradient.Clear();
        weightGradient.Clear();
        for (int index = 0; index < scoresGradient.Length; index++)
        {
            (int queryRow, int keyRow) = DotScore.Rows(shape, index);
            ReadOnlySpan<float> k = key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth);
            for (int i = 0; i < shape.QueryWidth; i++)
            {
                float slope = scoresGradient[index] * query[(queryRow * shape.QueryWidth) + i];
                DotScore.AddRow(slope, weight, i, keyGradient, keyRow, shape.KeyWidth);
                DotScore.AddRow(slope, key, keyRow, weightGradient, i, shape.KeyWidth);
                if (!queryGradient.IsEmpty)
                {
                    queryGradient[(queryRow * shape.QueryWidth) + i] += scoresGradient[index] * DotScore.Dot(weight.Slice(i * k.Length, k.Length), k);
                }
            }
        }
    }

    /// <summary>The general scores of every row of one matrix with every row of another, as a new matrix.</summary>
    /// <param name="query">[N, Dq]</param>
    /// <param name="key">[M, Dk]</param>
    /// <param name="weight">[Dq, Dk]</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Of(float[,] query, float[,] key, float[,] weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ScoreShape shape = ScoreShape.Of(query, key);
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), key.AsSpan(), weight.AsSpan(), scores.AsSpan());
        return scores;
    }

    private static MatmulShape Projection(ScoreShape shape) => new(shape.Queries, shape.KeyWidth, shape.QueryWidth) { Batch = shape.Batch, RightBatchStride = 0 };

    private static void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, ReadOnlySpan<float> scores)
    {
        shape.Check(query, key, scores);
        Guard.Length(nameof(weight), weight.Length, shape.QueryWidth, shape.KeyWidth);
        Guard.Apart(nameof(scores), scores, nameof(weight), weight);
    }

    private static void CheckBackward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> scoresGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> weightGradient)
    {
        shape.CheckBackward(query, key, scoresGradient, queryGradient, keyGradient);
        Guard.Length(nameof(weight), weight.Length, shape.QueryWidth, shape.KeyWidth);
        Guard.Apart(nameof(queryGradient), queryGradient, nameof(weight), weight);
        Guard.Apart(nameof(keyGradient), keyGradient, nameof(weight), weight);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(weight), weight);
        ScoreShape.CheckGradient(nameof(weightGradient), weightGradient, query, key, scoresGradient, shape.QueryWidth, shape.KeyWidth);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(keyGradient), keyGradient);
    }
}
