namespace Attention.Kernels.Tests;

/// <summary>Layer normalisation, and with <c>centered</c> false RMS normalisation, in double precision. Empty gains are ones and empty biases zeros.</summary>
internal sealed class NormOracle(RowShape shape, float[] x, float[] gain, float[] bias, double epsilon, bool centered)
{
    public static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    public double[] Mean { get; } = new double[shape.Rows];

    public double[] Reciprocal { get; } = new double[shape.Rows];

    public Expected Forward() => Forward(Doubles(x), Doubles(gain), Doubles(bias));

    /// <summary>With inputs of double precision, as differences need them.</summary>
    public Expected Forward(double[] x, double[] gain, double[] bias)
    {
        Expected y = new(new double[x.Length], new double[x.Length]);
        for (int row = 0; row < shape.Rows; row++)
        {
            double[] input = x[(row * shape.Columns)..((row + 1) * shape.Columns)];
            double mean = centered ? input.Sum() / shape.Columns : 0, meanSize = centered ? input.Sum(Math.Abs) / shape.Columns : 0;
            double reciprocal = 1 / Math.Sqrt((input.Sum(value => (value - mean) * (value - mean)) / shape.Columns) + epsilon);
            (Mean[row], Reciprocal[row]) = (mean, reciprocal);
            for (int j = 0; j < shape.Columns; j++)
            {
                double g = gain.Length == 0 ? 1 : gain[j], b = bias.Length == 0 ? 0 : bias[j];
                y.Values[(row * shape.Columns) + j] = (g * (input[j] - mean) * reciprocal) + b;
                y.Magnitudes[(row * shape.Columns) + j] = (Math.Abs(g) * (Math.Abs(input[j]) + meanSize) * reciprocal) + Math.Abs(b);
            }
        }

        return y;
    }

    /// <summary>The gradients, from the mean and the reciprocal that a kernel has saved in single precision.</summary>
    public (Expected X, Expected Gain, Expected Bias) Backward(float[] yGradient, float[] means, float[] reciprocals)
    {
        Expected dx = new(new double[x.Length], new double[x.Length]);
        Expected dg = new(new double[shape.Columns], new double[shape.Columns]), db = new(new double[shape.Columns], new double[shape.Columns]);
        for (int row = 0; row < shape.Rows; row++)
        {
            double mean = centered ? means[row] : 0, r = reciprocals[row], n = shape.Columns;
            double first = 0, firstSize = 0, second = 0, secondSize = 0;
            for (int j = 0; j < shape.Columns; j++)
            {
                int at = (row * shape.Columns) + j;
                double g = (gain.Length == 0 ? 1 : gain[j]) * (double)yGradient[at];
                double normal = (x[at] - mean) * r, size = (Math.Abs(x[at]) + Math.Abs(mean)) * r;
                first += centered ? g / n : 0;
                firstSize += centered ? Math.Abs(g) / n : 0;
                second += g * normal / n;
                secondSize += Math.Abs(g) * size / n;
                dg.Values[j] += yGradient[at] * normal;
                dg.Magnitudes[j] += Math.Abs(yGradient[at]) * size;
                db.Values[j] += yGradient[at];
                db.Magnitudes[j] += Math.Abs(yGradient[at]);
            }

            for (int j = 0; j < shape.Columns; j++)
            {
                int at = (row * shape.Columns) + j;
                double g = (gain.Length == 0 ? 1 : gain[j]) * (double)yGradient[at];
                dx.Values[at] = r * (g - first - ((x[at] - mean) * r * second));
                dx.Magnitudes[at] = r * (Math.Abs(g) + firstSize + ((Math.Abs(x[at]) + Math.Abs(mean)) * r * secondSize));
            }
        }

        return (dx, dg, db);
    }
}
