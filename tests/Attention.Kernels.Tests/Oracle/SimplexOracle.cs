namespace Attention.Kernels.Tests;

/// <summary>Sparsemax, entmax and log-softmax of one row in double precision. The thresholds are found by halving an interval, which shares nothing with the kernels.</summary>
internal static class SimplexOracle
{
    public static Expected Sparsemax(double[] scores)
    {
        (double max, double threshold) = Threshold(scores, scale: 1, excess => excess);
        return new(
            [.. scores.Select(score => Math.Max(score - max - threshold, 0))],
            [.. scores.Select(score => Math.Max(score - max - threshold, 0) == 0 ? 0 : Math.Abs(score - max) + Math.Abs(threshold))]);
    }

    public static Expected Entmax15(double[] scores)
    {
        (double max, double threshold) = Threshold(scores, scale: 0.5, excess => excess * excess);
        double[] roots = [.. scores.Select(score => Math.Max(((score - max) / 2) - threshold, 0))];

        // A root errs by the rounding of what it is the difference of, and its square by twice the root as much.
        return new(
            [.. roots.Select(root => root * root)],
            [.. roots.Zip(scores, (root, score) => root == 0 ? 0 : (root * root) + (2 * root * ((Math.Abs(score - max) / 2) + Math.Abs(threshold))))]);
    }

    public static Expected LogSoftmax(double[] scores, double temperature)
    {
        double max = scores.DefaultIfEmpty(double.NegativeInfinity).Max();
        if (double.IsNegativeInfinity(max))
        {
            return new(scores);
        }

        // The sum is 1 or more and rounds like it, however small its logarithm.
        double log = Math.Log(scores.Sum(score => Math.Exp((score - max) / temperature)));
        return new([.. scores.Select(score => ((score - max) / temperature) - log)], [.. scores.Select(score => ((max - score) / temperature) + log + 1)]);
    }

    public static Expected SparsemaxBackward(double[] weights, double[] slopes)
    {
        int support = weights.Count(weight => weight > 0);
        double mean = weights.Zip(slopes, (weight, slope) => weight > 0 ? slope / support : 0).Sum();
        double magnitude = weights.Zip(slopes, (weight, slope) => weight > 0 ? Math.Abs(slope) / support : 0).Sum();
        return new(
            [.. weights.Zip(slopes, (weight, slope) => weight > 0 ? slope - mean : 0)], [.. weights.Zip(slopes, (weight, slope) => weight > 0 ? Math.Abs(slope) + magnitude : 0)]);
    }

    public static Expected Entmax15Backward(double[] weights, double[] slopes)
    {
        double[] roots = Array.ConvertAll(weights, Math.Sqrt);
        double sum = Math.Max(roots.Sum(), double.Epsilon);
        double mean = roots.Zip(slopes, (root, slope) => root * slope).Sum() / sum;
        double magnitude = roots.Zip(slopes, (root, slope) => root * Math.Abs(slope)).Sum() / sum;
        return new([.. roots.Zip(slopes, (root, slope) => root * (slope - mean))], [.. roots.Zip(slopes, (root, slope) => root * (Math.Abs(slope) + magnitude))]);
    }

    public static Expected LogSoftmaxBackward(double[] logWeights, double[] slopes, double temperature)
    {
        double sum = logWeights.Zip(slopes, (y, slope) => double.IsNegativeInfinity(y) ? 0 : slope).Sum();
        double magnitude = logWeights.Zip(slopes, (y, slope) => double.IsNegativeInfinity(y) ? 0 : Math.Abs(slope)).Sum();
        return new(
            [.. logWeights.Zip(slopes, (y, slope) => double.IsNegativeInfinity(y) ? 0 : (slope - (Math.Exp(y) * sum)) / temperature)],
            [.. logWeights.Zip(slopes, (y, slope) => double.IsNegativeInfinity(y) ? 0 : (Math.Abs(slope) + (Math.Exp(y) * magnitude * (1 + Math.Abs(y)))) / temperature)]);
    }

    private static (double Max, double Threshold) Threshold(double[] scores, double scale, Func<double, double> weight)
    {
        double max = scores.DefaultIfEmpty(double.NegativeInfinity).Max();
        if (double.IsNegativeInfinity(max))
        {
            return (0, 0);
        }

        double low = -1, high = 0;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            bool tooLow = scores.Sum(score => weight(Math.Max(((score - max) * scale) - middle, 0))) > 1;
            (low, high) = tooLow ? (middle, high) : (low, middle);
        }

        return (max, (low + high) / 2);
    }
}
