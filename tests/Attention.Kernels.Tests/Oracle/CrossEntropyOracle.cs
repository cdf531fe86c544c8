namespace Attention.Kernels.Tests;

/// <summary>−Σ q log softmax(z) and its gradient softmax(z) − q, as the textbook writes them, in double precision.</summary>
internal static class CrossEntropyOracle
{
    public static Expected Losses(RowShape shape, double[] logits, int[] targets, CrossEntropyOptions loss)
    {
        Expected losses = new(new double[shape.Rows], new double[shape.Rows]);
        for (int row = 0; row < shape.Rows; row++)
        {
            if (targets[row] == loss.IgnoreIndex)
            {
                continue;
            }

            double[] z = logits[(row * shape.Columns)..((row + 1) * shape.Columns)];
            double max = z.Max(), logSum = max + Math.Log(z.Sum(value => Math.Exp(value - max)));
            for (int k = 0; k < z.Length; k++)
            {
                double q = Share(k, targets[row], shape.Columns, loss);
                losses.Values[row] -= q == 0 ? 0 : q * (z[k] - logSum);
                losses.Magnitudes[row] += q == 0 ? 0 : q * (Math.Abs(z[k] - max) + (logSum - max));
            }

            losses.Magnitudes[row] += 1; // the exponentials' sum, of at least 1, is rounded before its logarithm is taken
        }

        return losses;
    }

    public static Expected Backward(RowShape shape, float[] logits, int[] targets, double[] slopes, CrossEntropyOptions loss)
    {
        Expected gradient = new(SoftmaxOracle.Forward(shape.Rows, shape.Columns, Array.ConvertAll(logits, value => (double)value)), new double[logits.Length]);
        for (int at = 0; at < logits.Length; at++)
        {
            (int row, int k) = (at / shape.Columns, at % shape.Columns);
            double p = gradient.Values[at], q = Share(k, targets[row], shape.Columns, loss);
            bool counts = targets[row] != loss.IgnoreIndex;
            gradient.Values[at] = counts ? (p - q) * slopes[row] : 0;
            gradient.Magnitudes[at] = counts ? (p + q) * Math.Abs(slopes[row]) : 0;
        }

        return gradient;
    }

    private static double Share(int k, int target, int columns, CrossEntropyOptions loss) =>
        (k == target ? 1 - (double)loss.LabelSmoothing : 0) + ((double)loss.LabelSmoothing / columns);
}
