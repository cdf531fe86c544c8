namespace Attention.Lab.Tests;

/// <summary>What a learner writes in a cell: plain float loops, as the notebooks have them.</summary>
internal static class Naive
{
    public static float[] Exp(float[] x) => [.. x.Select(MathF.Exp)];

    public static float[] ExpBackward(float[] y, float[] gradient) => [.. y.Zip(gradient, (a, b) => a * b)];

    public static float[] Softmax(float[] scores)
    {
        float peak = scores.Max();
        float[] powers = [.. scores.Select(score => MathF.Exp(score - peak))];
        float sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }

    public static float[] MaskedSoftmax(float[] scores) =>
        scores.All(float.IsNegativeInfinity) ? new float[scores.Length] : Softmax(scores);

    public static float[,] Rows(float[,] scores, Func<float[], float[]> softmax)
    {
        var weights = new float[scores.GetLength(0), scores.GetLength(1)];
        for (int i = 0; i < scores.GetLength(0); i++)
        {
            float[] row = softmax(scores.Row(i));
            for (int j = 0; j < row.Length; j++)
                weights[i, j] = row[j];
        }

        return weights;
    }

    public static float[] SoftmaxBackward(float[] weights, float[] gradient)
    {
        float mean = 0;
        for (int i = 0; i < weights.Length; i++)
            mean += weights[i] * gradient[i];
        return [.. weights.Zip(gradient, (w, g) => w * (g - mean))];
    }

    public static float[,] Scores(float[,] query, float[,] key, float scale)
    {
        var scores = new float[query.GetLength(0), key.GetLength(0)];
        for (int i = 0; i < query.GetLength(0); i++)
        {
            for (int j = 0; j < key.GetLength(0); j++)
            {
                float sum = 0;
                for (int k = 0; k < query.GetLength(1); k++)
                    sum += query[i, k] * key[j, k];
                scores[i, j] = sum * scale;
            }
        }

        return scores;
    }

    public static float Scale(float[,] query) => 1 / MathF.Sqrt(query.GetLength(1));

    public static float[,] Sum(float[,] weights, float[,] value)
    {
        var context = new float[weights.GetLength(0), value.GetLength(1)];
        for (int i = 0; i < weights.GetLength(0); i++)
        {
            for (int j = 0; j < weights.GetLength(1); j++)
            {
                for (int k = 0; k < value.GetLength(1); k++)
                    context[i, k] += weights[i, j] * value[j, k];
            }
        }

        return context;
    }

    public static float[,] Weights(float[,] query, float[,] key) => Rows(Scores(query, key, Scale(query)), Softmax);

    public static float[,] Attention(float[,] query, float[,] key, float[,] value) => Sum(Weights(query, key), value);

    /// <summary>Attention where a bias of −∞ hides a key.</summary>
    public static float[,] Biased(float[,] query, float[,] key, float[,] value, Func<int, int, float> bias)
    {
        float[,] scores = Scores(query, key, Scale(query));
        for (int i = 0; i < scores.GetLength(0); i++)
        {
            for (int j = 0; j < scores.GetLength(1); j++)
                scores[i, j] += bias(i, j);
        }

        return Sum(Rows(scores, MaskedSoftmax), value);
    }

    public static float[,] Causal(float[,] query, float[,] key, float[,] value) =>
        Biased(query, key, value, (i, j) => j <= i + key.GetLength(0) - query.GetLength(0) ? 0 : float.NegativeInfinity);

    public static float[,] Padded(float[,] query, float[,] key, float[,] value, int length) =>
        Biased(query, key, value, (_, j) => j < length ? 0 : float.NegativeInfinity);

    public static float[,] Masked(float[,] query, float[,] key, float[,] value, bool[,] visible) =>
        Biased(query, key, value, (i, j) => visible[i, j] ? 0 : float.NegativeInfinity);

    public static float[,] WithBias(float[,] query, float[,] key, float[,] value, float[,] bias) => Biased(query, key, value, (i, j) => bias[i, j]);

    public static float[,] MultiHead(float[,] query, float[,] key, float[,] value, int heads) => GroupedQuery(query, key, value, heads, heads);

    public static float[,] GroupedQuery(float[,] query, float[,] key, float[,] value, int heads, int keyHeads)
    {
        int width = value.GetLength(1) / keyHeads;
        var context = new float[query.GetLength(0), heads * width];
        for (int head = 0; head < heads; head++)
        {
            int keyHead = head * keyHeads / heads;
            float[,] one = Attention(Part(query, head, heads), Part(key, keyHead, keyHeads), Part(value, keyHead, keyHeads));
            for (int i = 0; i < one.GetLength(0); i++)
            {
                for (int k = 0; k < width; k++)
                    context[i, (head * width) + k] = one[i, k];
            }
        }

        return context;
    }

    public static float[,] Part(float[,] rows, int head, int heads)
    {
        int width = rows.GetLength(1) / heads;
        var part = new float[rows.GetLength(0), width];
        for (int i = 0; i < part.GetLength(0); i++)
        {
            for (int k = 0; k < width; k++)
                part[i, k] = rows[i, (head * width) + k];
        }

        return part;
    }
}
