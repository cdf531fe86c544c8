namespace Attention.Kernels;

public static partial class HardAttention
{
    /// <summary>Takes the value of the highest score, one query at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> value, Span<int> chosen, Span<float> output)
    {
        Check(shape, scores, value, chosen, output);
        for (int query = 0; query < chosen.Length; query++)
        {
            ReadOnlySpan<float> s = scores.Slice(query * shape.Keys, shape.Keys);
            int best = -1;
            float highest = float.NegativeInfinity;
            bool isNumber = true;
            for (int j = 0; j < s.Length; j++)
            {
                isNumber &= !float.IsNaN(s[j]);
                if (s[j] > highest)
                {
                    (best, highest) = (j, s[j]);
                }
            }

            chosen[query] = isNumber ? best : -1;
            Take(shape, value, query, chosen[query], isNumber, output);
        }
    }

    /// <summary>Draws a key for one query at a time: what <see cref="ForwardSampled"/> is held against.</summary>
    /// <inheritdoc cref="ForwardSampled"/>
    public static void ForwardSampledNaive(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> value, ulong seed, Span<int> chosen, Span<float> output)
    {
        Check(shape, scores, value, chosen, output);
        float[] probabilities = new float[shape.Keys];
        for (int query = 0; query < chosen.Length; query++)
        {
            Softmax.ForwardNaive(new(1, shape.Keys), scores.Slice(query * shape.Keys, shape.Keys), probabilities);
            double target = CounterRandom.Uniform(seed, (ulong)query), sum = 0;
            int drawn = -1;
            for (int j = 0; j < shape.Keys && sum <= target; j++)
            {
                drawn = probabilities[j] > 0 ? j : drawn;
                sum += probabilities[j];
            }

            bool isNumber = shape.Keys == 0 || !float.IsNaN(probabilities[0]);
            chosen[query] = isNumber ? drawn : -1;
            Take(shape, value, query, chosen[query], isNumber, output);
        }
    }

    private static void Take(HardAttentionShape shape, ReadOnlySpan<float> value, int query, int key, bool isNumber, Span<float> output)
    {
        Span<float> o = output.Slice(query * shape.ValueWidth, shape.ValueWidth);
        if (key < 0)
        {
            o.Fill(isNumber ? 0 : float.NaN);
            return;
        }

        int batch = query / shape.Queries;
        value.Slice(((batch * shape.Keys) + key) * shape.ValueWidth, shape.ValueWidth).CopyTo(o);
    }

    /// <summary>The gradient of the values, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(HardAttentionShape shape, ReadOnlySpan<int> chosen, ReadOnlySpan<float> outputGradient, Span<float> valueGradient)
    {
        CheckBackward(shape, chosen, outputGradient, valueGradient);
        valueGradient.Clear();
        for (int query = 0; query < chosen.Length; query++)
        {
            for (int d = 0; d < shape.ValueWidth && chosen[query] >= 0; d++)
            {
                int batch = query / shape.Queries;
                valueGradient[(((batch * shape.Keys) + chosen[query]) * shape.ValueWidth) + d] += outputGradient[(query * shape.ValueWidth) + d];
            }
        }
    }

    /// <summary>The estimate, written as the formula reads: what <see cref="BackwardReinforce"/> is held against.</summary>
    /// <inheritdoc cref="BackwardReinforce"/>
    public static void BackwardReinforceNaive(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> chosen, ReadOnlySpan<float> loss, ReadOnlySpan<float> baseline, Span<float> scoresGradient)
    {
        CheckReinforce(shape, scores, chosen, loss, baseline, scoresGradient);
        for (int query = 0; query < chosen.Length; query++)
        {
            float advantage = loss[query] - (baseline.IsEmpty ? 0 : baseline[query]);
            Span<float> ds = scoresGradient.Slice(query * shape.Keys, shape.Keys);
            Softmax.ForwardNaive(new(1, shape.Keys), scores.Slice(query * shape.Keys, shape.Keys), ds);
            for (int j = 0; j < shape.Keys; j++)
            {
                ds[j] = chosen[query] < 0 ? 0 : advantage * ((chosen[query] == j ? 1 : 0) - ds[j]);
            }
        }
    }
}
