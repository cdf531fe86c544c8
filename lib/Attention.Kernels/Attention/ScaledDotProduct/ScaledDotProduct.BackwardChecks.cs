namespace Attention.Kernels;

public static partial class ScaledDotProduct
{
    private static void CheckBackward(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        Mask mask,
        AttentionOptions options)
    {
        shape.Check();
        options.Check();
        Guard.Length(nameof(query), query.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
        Guard.Length(nameof(key), key.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(logSumExp), logSumExp.Length, shape.Batch, shape.Heads, shape.Queries);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.ValueWidth);
        mask.Check(shape);
        if (!queryGradient.IsEmpty)
        {
            Guard.Length(nameof(queryGradient), queryGradient.Length, shape.Batch, shape.Heads, shape.Queries, shape.Width);
            CheckGradientApart(nameof(queryGradient), queryGradient, query, key, value, output, logSumExp, outputGradient, mask);
            Guard.Apart(nameof(queryGradient), queryGradient, nameof(keyGradient), keyGradient);
            Guard.Apart(nameof(queryGradient), queryGradient, nameof(valueGradient), valueGradient);
        }

        if (!keyGradient.IsEmpty)
        {
            Guard.Length(nameof(keyGradient), keyGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.Width);
            CheckGradientApart(nameof(keyGradient), keyGradient, query, key, value, output, logSumExp, outputGradient, mask);
            Guard.Apart(nameof(keyGradient), keyGradient, nameof(valueGradient), valueGradient);
        }

        if (!valueGradient.IsEmpty)
        {
            Guard.Length(nameof(valueGradient), valueGradient.Length, shape.Batch, shape.KeyHeads, shape.Keys, shape.ValueWidth);
            CheckGradientApart(nameof(valueGradient), valueGradient, query, key, value, output, logSumExp, outputGradient, mask);
        }
    }

    private static void CheckGradientApart(
        string name,
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Mask mask)
    {
        CheckApart(name, gradient, query, key, value, mask);
        Guard.Apart(name, gradient, nameof(output), output);
        Guard.Apart(name, gradient, nameof(logSumExp), logSumExp);
        Guard.Apart(name, gradient, nameof(outputGradient), outputGradient);
    }

    private static void CheckBiasGradients(
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient,
        ReadOnlySpan<float> biasGradient,
        ReadOnlySpan<float> tableGradient,
        Mask mask)
    {
        if (!biasGradient.IsEmpty)
        {
            Guard.Length(nameof(biasGradient), biasGradient.Length, mask.BiasLength);
            Check(nameof(biasGradient), biasGradient, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask);
            Guard.Apart(nameof(biasGradient), biasGradient, nameof(tableGradient), tableGradient);
        }

        if (!tableGradient.IsEmpty)
        {
            Guard.Length(nameof(tableGradient), tableGradient.Length, mask.TableLength);
            Check(nameof(tableGradient), tableGradient, query, key, value, output, logSumExp, outputGradient, queryGradient, keyGradient, valueGradient, mask);
        }

        static void Check(
            string name,
            ReadOnlySpan<float> gradient,
            ReadOnlySpan<float> query,
            ReadOnlySpan<float> key,
            ReadOnlySpan<float> value,
            ReadOnlySpan<float> output,
            ReadOnlySpan<float> logSumExp,
            ReadOnlySpan<float> outputGradient,
            ReadOnlySpan<float> queryGradient,
            ReadOnlySpan<float> keyGradient,
            ReadOnlySpan<float> valueGradient,
            Mask mask)
        {
            CheckGradientApart(name, gradient, query, key, value, output, logSumExp, outputGradient, mask);
            Guard.Apart(name, gradient, nameof(queryGradient), queryGradient);
            Guard.Apart(name, gradient, nameof(keyGradient), keyGradient);
            Guard.Apart(name, gradient, nameof(valueGradient), valueGradient);
        }
    }
}
