namespace Attention.Kernels;

public static partial class LinearAttention
{
    /// <summary>The same as <see cref="Forward"/> by the defining sums, with a weight per query and key: what Forward is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; overwritten, must not overlap another buffer.</param>
    /// <param name="normaliser">[B, H, N]; the sum of each query's weights. Empty: not wanted.</param>
    /// <param name="state">[B, G, D, Dv + 1]; S and z over all keys that came before; read, and overwritten with the state after the last key. Empty: not wanted.</param>
    /// <param name="form">Feature map, causal or not.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or a causal form has N ≠ M; the message does the arithmetic.</exception>
    public static void ForwardNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        Span<float> output,
        Span<float> normaliser = default,
        Span<float> state = default,
        LinearAttentionForm form = default)
    {
        Check(shape, query, key, value, output, normaliser, state, form);
        (int n, int m, int d, int dv) = (shape.Queries, shape.Keys, shape.Width, shape.ValueWidth);
        float[] queryFeatures = MapAll(form.Map, query), keyFeatures = MapAll(form.Map, key);
        for (int row = 0; row < shape.RowCount; row++)
        {
            int keyHead = KeyHeadOf(shape, row);
            ReadOnlySpan<float> features = queryFeatures.AsSpan(row * d, d);
            Span<float> context = output.Slice(row * dv, dv);
            context.Clear();
            float sum = 0;
            for (int i = 0; i < d && !state.IsEmpty; i++)
            {
                ReadOnlySpan<float> s = state.Slice(((keyHead * d) + i) * (dv + 1), dv + 1);
                AddScaled(features[i], s[..dv], context);
                sum += features[i] * s[dv];
            }

            int end = form.Causal ? (row % n) + 1 : m;
            for (int j = 0; j < end; j++)
            {
                int keyRow = (keyHead * m) + j;
                float weight = Dot(features, keyFeatures.AsSpan(keyRow * d, d));
                AddScaled(weight, value.Slice(keyRow * dv, dv), context);
                sum += weight;
            }

            foreach (ref float element in context)
            {
                element = sum == 0 ? 0 : element / sum;
            }

            if (!normaliser.IsEmpty)
            {
                normaliser[row] = sum;
            }
        }

        for (int keyRow = 0; keyRow < shape.Batch * shape.KeyHeads * m && !state.IsEmpty; keyRow++)
        {
            for (int i = 0; i < d; i++)
            {
                float feature = keyFeatures[(keyRow * d) + i];
                Span<float> s = state.Slice((((keyRow / m) * d) + i) * (dv + 1), dv + 1);
                AddScaled(feature, value.Slice(keyRow * dv, dv), s[..dv]);
                s[dv] += feature;
            }
        }
    }

    /// <summary>The gradient of <see cref="Forward"/> by the defining sums: what <see cref="Backward"/> is held against.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, G, M, D]</param>
    /// <param name="value">[B, G, M, Dv]</param>
    /// <param name="output">[B, H, N, Dv]; what Forward wrote.</param>
    /// <param name="normaliser">[B, H, N]; what Forward wrote.</param>
    /// <param name="outputGradient">[B, H, N, Dv]; dL/doutput.</param>
    /// <param name="queryGradient">[B, H, N, D]; overwritten.</param>
    /// <param name="keyGradient">[B, G, M, D]; overwritten.</param>
    /// <param name="valueGradient">[B, G, M, Dv]; overwritten.</param>
    /// <param name="state">[B, G, D, Dv + 1]; the state that Forward began with. Empty: nothing came before.</param>
    /// <param name="stateGradient">[B, G, D, Dv + 1]; dL/dstate, on entry of the state that Forward left behind, on return of the one that it began with. Empty: nothing followed, and what came
    /// before is constant.</param>
    /// <param name="form">The form that Forward had.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a result overlaps another buffer, or a causal form has N ≠ M; the message does the arithmetic.</exception>
    public static void BackwardNaive(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> normaliser,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        ReadOnlySpan<float> state = default,
        Span<float> stateGradient = default,
        LinearAttentionForm form = default)
    {
        CheckBackward(shape, query, key, value, output, normaliser, outputGradient, queryGradient, keyGradient, valueGradient, state, stateGradient, form);
        (int n, int m, int d, int dv) = (shape.Queries, shape.Keys, shape.Width, shape.ValueWidth);
        float[] queryFeatures = MapAll(form.Map, query), keyFeatures = MapAll(form.Map, key);
        queryGradient.Clear();
        keyGradient.Clear();
        valueGradient.Clear();

        // What follows has seen every key: this part of their gradients comes with the state that was left behind.
        for (int keyRow = 0; keyRow < shape.Batch * shape.KeyHeads * m && !stateGradient.IsEmpty; keyRow++)
        {
            for (int i = 0; i < d; i++)
            {
                ReadOnlySpan<float> ds = stateGradient.Slice((((keyRow / m) * d) + i) * (dv + 1), dv + 1);
                keyGradient[(keyRow * d) + i] = Dot(ds[..dv], value.Slice(keyRow * dv, dv)) + ds[dv];
                AddScaled(keyFeatures[(keyRow * d) + i], ds[..dv], valueGradient.Slice(keyRow * dv, dv));
            }
        }

        for (int row = 0; row < shape.RowCount; row++)
        {
            ReadOnlySpan<float> slopes = outputGradient.Slice(row * dv, dv);
            float sum = normaliser[row];
            if (sum == 0)
            {
                continue;
            }

            float mean = Dot(slopes, output.Slice(row * dv, dv));
            for (int i = 0; i < d; i++)
            {
                int stateRow = ((KeyHeadOf(shape, row) * d) + i) * (dv + 1);
                if (!state.IsEmpty)
                {
                    ReadOnlySpan<float> s = state.Slice(stateRow, dv + 1);
                    queryGradient[(row * d) + i] += (Dot(slopes, s[..dv]) - (mean * s[dv])) / sum;
                }

                if (!stateGradient.IsEmpty)
                {
                    float feature = queryFeatures[(row * d) + i] / sum;
                    AddScaled(feature, slopes, stateGradient.Slice(stateRow, dv));
                    stateGradient[stateRow + dv] -= feature * mean;
                }
            }

            int end = form.Causal ? (row % n) + 1 : m;
            for (int j = 0; j < end; j++)
            {
                int keyRow = (KeyHeadOf(shape, row) * m) + j;
                float weight = Dot(queryFeatures.AsSpan(row * d, d), keyFeatures.AsSpan(keyRow * d, d));
                float weightGradient = (Dot(slopes, value.Slice(keyRow * dv, dv)) - mean) / sum;
                AddScaled(weight / sum, slopes, valueGradient.Slice(keyRow * dv, dv));
                AddScaled(weightGradient, keyFeatures.AsSpan(keyRow * d, d), queryGradient.Slice(row * d, d));
                AddScaled(weightGradient, queryFeatures.AsSpan(row * d, d), keyGradient.Slice(keyRow * d, d));
            }
        }

        MultiplySlopes(form.Map, query, queryGradient);
        MultiplySlopes(form.Map, key, keyGradient);
    }

    private static void MultiplySlopes(FeatureMap map, ReadOnlySpan<float> inputs, Span<float> gradient)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            gradient[i] *= Features.SlopeOf(map, inputs[i]);
        }
    }

    /// <summary>The key head, over all sequences, that serves this query row.</summary>
    private static int KeyHeadOf(AttentionShape shape, int row) => row / shape.Queries / (shape.Heads / shape.KeyHeads);

    private static float[] MapAll(FeatureMap map, ReadOnlySpan<float> values)
    {
        var features = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            features[i] = Features.Of(map, values[i]);
        }

        return features;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void AddScaled(float factor, ReadOnlySpan<float> source, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] += factor * source[i];
        }
    }
}
