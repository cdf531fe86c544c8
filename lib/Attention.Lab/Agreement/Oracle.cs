namespace Attention.Lab;

/// <summary>The definitions in double precision, written once more and on purpose as plainly as possible.</summary>
internal static class Oracle
{
    public static Exact Exponential(float[] x)
    {
        double[] y = [.. x.Select(value => Math.Exp(value))];
        // One rounding of the argument moves e^x by |x| of them; written as a power, 2^(x · log₂e), it is rounded twice: the constant and the product.
        return new Exact(y, [.. y.Select((value, i) => value * (4 + (2 * Math.Abs((double)x[i]))))]);
    }

    public static Exact ExponentialBackward(float[] y, float[] yGradient)
    {
        double[] gradient = [.. y.Zip(yGradient, (a, b) => (double)a * b)];
        return new Exact(gradient, [.. gradient.Select(value => 2 * Math.Abs(value))]);
    }

    /// <summary>Softmax of every row. Errors in the scores themselves come as one slack per score.</summary>
    public static Exact Softmax(int rows, int columns, double[] scores, double[]? scoreSlack = null)
    {
        var (weights, slack) = (new double[scores.Length], new double[scores.Length]);
        for (int row = 0; row < rows; row++)
        {
            var places = Enumerable.Range(row * columns, columns).ToArray();
            double peak = columns == 0 ? double.NegativeInfinity : places.Max(i => scores[i]);
            if (double.IsNegativeInfinity(peak))
                continue;
            double sum = places.Sum(i => Math.Exp(scores[i] - peak));
            foreach (int i in places)
                weights[i] = Math.Exp(scores[i] - peak) / sum;
            double blur = scoreSlack is null ? 0 : places.Sum(i => weights[i] * scoreSlack[i]);
            foreach (int i in places)
            {
                // A hidden score has the weight zero, exactly.
                if (!double.IsNegativeInfinity(scores[i]))
                    slack[i] = weights[i] * ((scoreSlack?[i] ?? 0) + blur + Math.Abs(scores[i]) + Math.Abs(peak) + (columns / 2.0) + 6);
            }
        }

        return new Exact(weights, slack);
    }

    public static Exact SoftmaxBackward(float[] weights, float[] gradient)
    {
        double mean = 0, size = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            mean += (double)weights[i] * gradient[i];
            size += Math.Abs((double)weights[i] * gradient[i]);
        }

        return new Exact(
            [.. weights.Zip(gradient, (w, g) => w * (g - mean))],
            [.. weights.Zip(gradient, (w, g) => w * ((4 * Math.Abs((double)g)) + ((weights.Length + 4) * size)))]);
    }

    /// <summary>The weights of one head: softmax(Q Kᵀ / √d + bias), where a bias of −∞ hides a key.</summary>
    public static Exact Weights(int queries, int keys, int width, double[] query, double[] key, Func<int, int, double>? bias = null)
    {
        var (scores, slack) = (new double[queries * keys], new double[queries * keys]);
        double scale = 1 / Math.Sqrt(width);
        for (int i = 0; i < queries; i++)
        {
            for (int j = 0; j < keys; j++)
            {
                double sum = 0, size = 0, added = bias?.Invoke(i, j) ?? 0;
                for (int k = 0; k < width; k++)
                {
                    double term = query[(i * width) + k] * key[(j * width) + k];
                    sum += term;
                    size += Math.Abs(term);
                }

                scores[(i * keys) + j] = (sum * scale) + added;
                slack[(i * keys) + j] = double.IsNegativeInfinity(added) ? 0 : ((width + 3) * size * scale) + Math.Abs(added) + Math.Abs((sum * scale) + added);
            }
        }

        return Softmax(queries, keys, scores, slack);
    }

    /// <summary>The context vectors of one head: its weights times its values.</summary>
    public static Exact Context(Exact weights, int queries, int keys, int width, double[] value)
    {
        var (context, slack) = (new double[queries * width], new double[queries * width]);
        for (int i = 0; i < queries; i++)
        {
            for (int j = 0; j < keys; j++)
            {
                double weight = weights.Values[(i * keys) + j], blur = weights.Slack[(i * keys) + j];
                for (int k = 0; k < width; k++)
                {
                    double v = value[(j * width) + k];
                    context[(i * width) + k] += weight * v;
                    slack[(i * width) + k] += Math.Abs(v) * (blur + ((keys + 2) * weight));
                }
            }
        }

        return new Exact(context, slack);
    }
}
