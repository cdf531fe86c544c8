namespace Attention.Kernels;

/// <summary>Scores a query against a key by a small network over both, one after the other: <c>score = vᵀ tanh(W [q; k])</c>.</summary>
/// <remarks>
/// Luong et al. 2015, § 3.1, "concat". Since <c>W [q; k] = W_q q + W_k k</c>, where W_q and W_k are the left and the right side of W, it is an <see cref="AdditiveScore"/> without a bias,
/// and is computed as one: no query is ever written beside a key.
/// </remarks>
public static partial class ConcatScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow; at least one hidden unit.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="weight">[A, Dq + Dk]; W.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static unsafe void Forward(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, Span<float> scores, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, weight, vector, scores);
        fixed (float* q = query, k = key, w = weight, v = vector, s = scores)
        {
            AdditiveProduct.Forward(shape, q, k, Sides(shape, w, v), s, options);
        }
    }

    /// <summary>The same, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, Span<float> scores)
    {
        Check(shape, query, key, weight, vector, scores);
        var both = new float[shape.QueryWidth + shape.KeyWidth];
        for (int index = 0; index < scores.Length; index++)
        {
            Join(shape, index, query, key, both);
            float score = 0;
            for (int a = 0; a < shape.Hidden; a++)
            {
                score += vector[a] * MathF.Tanh(DotScore.Dot(weight.Slice(a * both.Length, both.Length), both));
            }

            scores[index] = score;
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: with <c>t = tanh(W [q; k])</c> and <c>g = ds · v ⊙ (1 − t²)</c>, <c>dv = Σ ds t</c>, <c>dW = Σ g [q; k]ᵀ</c> and <c>[dq; dk] = Wᵀ Σ g</c>.</summary>
    /// <param name="shape">The sizes that all buffers follow; at least one hidden unit.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="weight">[A, Dq + Dk]; W.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="weightGradient">[A, Dq + Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="vectorGradient">[A]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> weightGradient,
        Span<float> vectorGradient,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, key, weight, vector, scoresGradient, queryGradient, keyGradient, weightGradient, vectorGradient);
        fixed (float* q = query, k = key, w = weight, v = vector, ds = scoresGradient)
        fixed (float* dq = queryGradient, dk = keyGradient, dw = weightGradient, dv = vectorGradient)
        {
            AdditiveProduct.Backward(shape, q, k, Sides(shape, w, v), ds, dq, dk, Sides(shape, dw, dv), options);
        }
    }

    /// <summary>The gradient, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> weightGradient,
        Span<float> vectorGradient)
    {
        CheckBackward(shape, query, key, weight, vector, scoresGradient, queryGradient, keyGradient, weightGradient, vectorGradient);
        queryGradient.Clear();
        keyGradient.Clear();
        weightGradient.Clear();
        vectorGradient.Clear();
        float[] both = new float[shape.QueryWidth + shape.KeyWidth], bothGradient = new float[both.Length];
        for (int index = 0; index < scoresGradient.Length; index++)
        {
            (int queryRow, int keyRow) = DotScore.Rows(shape, index);
            Join(shape, index, query, key, both);
            bothGradient.AsSpan().Clear();
            for (int a = 0; a < shape.Hidden; a++)
            {
                float t = MathF.Tanh(DotScore.Dot(weight.Slice(a * both.Length, both.Length), both));
                float slope = scoresGradient[index] * vector[a] * (1 - (t * t));
                DotScore.AddRow(scoresGradient[index] * t, [1], 0, vectorGradient, a, 1);
                DotScore.AddRow(slope, both, 0, weightGradient, a, both.Length);
                DotScore.AddRow(slope, weight, a, bothGradient, 0, both.Length);
            }

            DotScore.AddRow(1, bothGradient.AsSpan(0, shape.QueryWidth), 0, queryGradient, queryRow, shape.QueryWidth);
            DotScore.AddRow(1, bothGradient.AsSpan(shape.QueryWidth), 0, keyGradient, keyRow, shape.KeyWidth);
        }
    }

    /// <summary>The concat scores of every row of one matrix with every row of another, as a new matrix.</summary>
    /// <param name="query">[N, Dq]</param>
    /// <param name="key">[M, Dk]</param>
    /// <param name="weight">[A, Dq + Dk]; W.</param>
    /// <param name="vector">[A]; v.</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Of(float[,] query, float[,] key, float[,] weight, float[] vector)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(vector);
        ScoreShape shape = ScoreShape.Of(query, key) with { Hidden = vector.Length };
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), key.AsSpan(), weight.AsSpan(), vector, scores.AsSpan());
        return scores;
    }

    /// <summary>[q; k] of one score.</summary>
    private static void Join(ScoreShape shape, int index, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> both)
    {
        (int queryRow, int keyRow) = DotScore.Rows(shape, index);
        query.Slice(queryRow * shape.QueryWidth, shape.QueryWidth).CopyTo(both);
        key.Slice(keyRow * shape.KeyWidth, shape.KeyWidth).CopyTo(both[shape.QueryWidth..]);
    }

    private static unsafe AdditiveWeights Sides(ScoreShape shape, float* weight, float* vector)
    {
        int stride = shape.QueryWidth + shape.KeyWidth;
        return new(weight, stride, weight == null ? null : weight + shape.QueryWidth, stride, null, vector);
    }

    private static void Check(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, ReadOnlySpan<float> scores)
    {
        shape.Check(query, key, scores);
        CheckWeights(shape, weight, vector);
        Guard.Apart(nameof(scores), scores, nameof(weight), weight);
        Guard.Apart(nameof(scores), scores, nameof(vector), vector);
    }

    private static void CheckWeights(ScoreShape shape, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector)
    {
        shape.CheckHidden();
        int width = Guard.Count("a query and a key", [(int)Math.Min(int.MaxValue, (long)shape.QueryWidth + shape.KeyWidth)]);
        Guard.Length(nameof(weight), weight.Length, shape.Hidden, width);
        Guard.Length(nameof(vector), vector.Length, shape.Hidden);
    }

    private static void CheckBackward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> scoresGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> weightGradient,
        ReadOnlySpan<float> vectorGradient)
    {
        shape.CheckBackward(query, key, scoresGradient, queryGradient, keyGradient);
        CheckWeights(shape, weight, vector);
        ScoreShape.CheckGradient(nameof(weightGradient), weightGradient, query, key, scoresGradient, shape.Hidden, shape.QueryWidth + shape.KeyWidth);
        ScoreShape.CheckGradient(nameof(vectorGradient), vectorGradient, query, key, scoresGradient, shape.Hidden);
        CheckApart(nameof(queryGradient), queryGradient, weight, vector);
        CheckApart(nameof(keyGradient), keyGradient, weight, vector);
        CheckApart(nameof(weightGradient), weightGradient, weight, vector);
        CheckApart(nameof(vectorGradient), vectorGradient, weight, vector);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(vectorGradient), vectorGradient, nameof(queryGradient), queryGradient);
        Guard.Apart(nameof(vectorGradient), vectorGradient, nameof(keyGradient), keyGradient);
        Guard.Apart(nameof(vectorGradient), vectorGradient, nameof(weightGradient), weightGradient);
    }

    private static void CheckApart(string name, ReadOnlySpan<float> gradient, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector)
    {
        Guard.Apart(name, gradient, nameof(weight), weight);
        Guard.Apart(name, gradient, nameof(vector), vector);
    }
}
