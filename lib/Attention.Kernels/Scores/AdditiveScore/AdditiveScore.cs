namespace Attention.Kernels;

/// <summary>Scores a query against a key by a small network, the first attention there was: <c>score = vᵀ tanh(W q + U k + b)</c>.</summary>
/// <remarks>
/// Bahdanau, Cho and Bengio 2015, appendix A.1.2, with a bias, which the paper leaves out. Queries and keys are projected once each; what is left, a tanh for each query, key and hidden unit,
/// is the cost of this score. <see cref="ConcatScore"/> is the same with W and U as two sides of one matrix.
/// </remarks>
public static partial class AdditiveScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow; at least one hidden unit.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="queryWeight">[A, Dq]; W.</param>
    /// <param name="keyWeight">[A, Dk]; U.</param>
    /// <param name="bias">[A]; b. Empty: none.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the scores overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static unsafe void Forward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> queryWeight,
        ReadOnlySpan<float> keyWeight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> vector,
        Span<float> scores,
        KernelOptions options = default)
    {
        options.Check();
        shape.Check(query, key, scores);
        Weights weights = new(queryWeight, keyWeight, bias, vector);
        weights.CheckLengths(shape);
        weights.CheckApart(nameof(scores), scores);
        fixed (float* q = query, k = key, s = scores)
        fixed (float* w = queryWeight, u = keyWeight, b = bias, v = vector)
        {
            AdditiveProduct.Forward(shape, q, k, new(w, shape.QueryWidth, u, shape.KeyWidth, b, v), s, options);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: with <c>t = tanh(W q + U k + b)</c> and <c>g = ds · v ⊙ (1 − t²)</c>, <c>dv = Σ ds t</c>, <c>dq = Wᵀ Σ g</c>, <c>dW = Σ g qᵀ</c>, and so on.</summary>
    /// <param name="shape">The sizes that all buffers follow; at least one hidden unit.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="queryWeight">[A, Dq]; W.</param>
    /// <param name="keyWeight">[A, Dk]; U.</param>
    /// <param name="bias">[A]; b. Empty: none.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="queryWeightGradient">[A, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyWeightGradient">[A, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="biasGradient">[A]; overwritten. Empty: not wanted.</param>
    /// <param name="vectorGradient">[A]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> queryWeight,
        ReadOnlySpan<float> keyWeight,
        ReadOnlySpan<float> bias,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> queryWeightGradient,
        Span<float> keyWeightGradient,
        Span<float> biasGradient,
        Span<float> vectorGradient,
        KernelOptions options = default)
    {
        options.Check();
        Gradients gradients = new(queryGradient, keyGradient, queryWeightGradient, keyWeightGradient, biasGradient, vectorGradient);
        gradients.Check(shape, query, key, scoresGradient, new(queryWeight, keyWeight, bias, vector));
        fixed (float* q = query, k = key, ds = scoresGradient, dq = queryGradient, dk = keyGradient)
        fixed (float* w = queryWeight, u = keyWeight, b = bias, v = vector)
        fixed (float* dw = queryWeightGradient, du = keyWeightGradient, db = biasGradient, dv = vectorGradient)
        {
            AdditiveProduct.Backward(
                shape, q, k, new(w, shape.QueryWidth, u, shape.KeyWidth, b, v), ds, dq, dk, new(dw, shape.QueryWidth, du, shape.KeyWidth, db, dv), options);
        }
    }

    /// <summary>The additive scores of every row of one matrix with every row of another, as a new matrix.</summary>
    /// <param name="query">[N, Dq]</param>
    /// <param name="key">[M, Dk]</param>
    /// <param name="queryWeight">[A, Dq]; W.</param>
    /// <param name="keyWeight">[A, Dk]; U.</param>
    /// <param name="bias">[A]; b.</param>
    /// <param name="vector">[A]; v.</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Of(float[,] query, float[,] key, float[,] queryWeight, float[,] keyWeight, float[] bias, float[] vector)
    {
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        ArgumentNullException.ThrowIfNull(bias);
        ArgumentNullException.ThrowIfNull(vector);
        ScoreShape shape = ScoreShape.Of(query, key) with { Hidden = vector.Length };
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), key.AsSpan(), queryWeight.AsSpan(), keyWeight.AsSpan(), bias, vector, scores.AsSpan());
        return scores;
    }
}
