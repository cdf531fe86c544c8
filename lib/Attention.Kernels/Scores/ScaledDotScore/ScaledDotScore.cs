namespace Attention.Kernels;

/// <summary>Scores a query against a key by their dot product, scaled so that wide vectors do not make large scores: <c>score = q·k / √D</c>.</summary>
/// <remarks>
/// Vaswani et al. 2017, § 3.2.1: if the elements of q and k are independent with mean 0 and variance 1, their dot product has variance D, and the scaled one 1.
/// <see cref="ScaledDotProduct"/> computes scores, weights and contexts in one, without writing the scores down.
/// </remarks>
public static partial class ScaledDotScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static unsafe void Forward(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, scores);
        Scratch scratch = Scratch.Rent(query.Length);
        try
        {
            fixed (float* q = query)
            {
                ScaledRows.Run(new(shape.Batch * shape.Queries, shape.QueryWidth), Scale(shape), q, scratch.Start, options);
            }

            Matmul.Forward(shape.Pairs, new ReadOnlySpan<float>(scratch.Start, query.Length), key, scores, options: options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>The same, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores)
    {
        Check(shape, query, key, scores);
        DotScore.ForwardNaive(shape, query, key, scores);
        foreach (ref float score in scores)
        {
            score *= Scale(shape);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: <c>dQ = dS K / √D</c> and <c>dK = dSᵀ Q / √D</c>.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        KernelOptions options = default)
    {
        shape.Check();
        shape.CheckSameWidth();
        DotScore.Backward(shape, query, key, scoresGradient, queryGradient, keyGradient, options);
        fixed (float* dq = queryGradient, dk = keyGradient)
        {
            ScaledRows.Run(new(queryGradient.Length / shape.QueryWidth, shape.QueryWidth), Scale(shape), dq, dq, options);
            ScaledRows.Run(new(keyGradient.Length / shape.KeyWidth, shape.KeyWidth), Scale(shape), dk, dk, options);
        }
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, Span<float> queryGradient, Span<float> keyGradient)
    {
        DotScore.BackwardNaive(shape, query, key, scoresGradient, queryGradient, keyGradient);
        foreach (ref float gradient in queryGradient)
        {
            gradient *= Scale(shape);
        }

        foreach (ref float gradient in keyGradient)
        {
            gradient *= Scale(shape);
        }
    }

    /// <summary>The scaled dot products of every row of one matrix with every row of another, as a new matrix.</summary>
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

    private static float Scale(ScoreShape shape) => 1 / MathF.Sqrt(shape.QueryWidth);

    private static void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scores)
    {
        shape.Check(query, key, scores);
        shape.CheckSameWidth();
    }
}
