namespace Attention.Kernels;

public static partial class GumbelSoftmax
{
    /// <summary>The weights of every row, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, float temperature, ulong seed, Span<float> weights)
    {
        Check(shape, scores, temperature, weights);
        for (int i = 0; i < scores.Length; i++)
        {
            weights[i] = scores[i] + Noise(seed, i);
        }

        Softmax.ForwardNaive(shape, weights, weights, new() { Temperature = temperature });
    }

    /// <summary>The choice and the weights of every row, written as the formula reads: what <see cref="ForwardHard"/> is held against.</summary>
    /// <inheritdoc cref="ForwardHard"/>
    public static void ForwardHardNaive(RowShape shape, ReadOnlySpan<float> scores, float temperature, ulong seed, Span<float> weights, Span<float> choice)
    {
        CheckHard(shape, scores, temperature, weights, choice);
        choice.Clear();
        for (int row = 0; row < shape.Rows; row++)
        {
            int best = -1;
            float highest = float.NegativeInfinity;
            for (int i = row * shape.Columns; i < (row + 1) * shape.Columns; i++)
            {
                if (scores[i] + Noise(seed, i) > highest)
                {
                    (best, highest) = (i, scores[i] + Noise(seed, i));
                }
            }

            if (best >= 0)
            {
                choice[best] = 1;
            }
        }

        ForwardNaive(shape, scores, temperature, seed, weights);
        for (int i = 0; i < choice.Length; i++)
        {
            choice[i] = float.IsNaN(weights[i]) ? float.NaN : choice[i];
        }
    }

    private static float Noise(ulong seed, int counter) => -MathF.Log(-MathF.Log(CounterRandom.Uniform(seed, (ulong)counter)));
}
