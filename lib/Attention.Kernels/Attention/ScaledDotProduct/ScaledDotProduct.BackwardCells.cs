namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    /// <summary>The gradients of <see cref="Attend"/>: attention with one head.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="outputGradient">[N, Dv]; how much the loss changes with each output.</param>
    /// <param name="mask">The mask that Attend was given.</param>
    /// <param name="options">The scale and dropout that Attend was given; threads, cancellation.</param>
    /// <returns>[N, D], [M, D] and [M, Dv]: how much the loss changes with each query, key and value.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the mask.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    /// <remarks>Attends once more for the outputs. See <see cref="Backward"/>.</remarks>
    public static (float[,] Query, float[,] Key, float[,] Value) AttendBackward(
        float[,] query, float[,] key, float[,] value, float[,] outputGradient, Mask mask = default, AttentionOptions options = default)
    {
        CheckMatrices(query, key, value);
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.Rows() != query.Rows() || outputGradient.Columns() != value.Columns())
        {
            throw new ArgumentException(
                $"outputGradient: expected one slope per output, {query.Rows()}×{value.Columns()}, got {outputGradient.Rows()}×{outputGradient.Columns()}");
        }

        var shape = AttentionShape.Single(query.Rows(), key.Rows(), query.Columns(), value.Columns());
        (float[,] output, float[] logSumExp) = (new float[shape.Queries, shape.ValueWidth], new float[shape.Queries]);
        (float[,] queries, float[,] keys, float[,] values) =
            (new float[shape.Queries, shape.Width], new float[shape.Keys, shape.Width], new float[shape.Keys, shape.ValueWidth]);
        Forward(shape, query.AsSpan(), key.AsSpan(), value.AsSpan(), output.AsSpan(), logSumExp, mask, options);
        Backward(
            shape,
            query.AsSpan(),
            key.AsSpan(),
            value.AsSpan(),
            output.AsSpan(),
            logSumExp,
            outputGradient.AsSpan(),
            queries.AsSpan(),
            keys.AsSpan(),
            values.AsSpan(),
            mask,
            options);
        return (queries, keys, values);
    }
}
