namespace Attention.Kernels.Tests;

/// <summary>Softmax and its gradient as the textbook writes them, in double precision.</summary>
internal static class SoftmaxOracle
{
    /// <summary>wⱼ = e^(xⱼ − max x) / Σₖ e^(xₖ − max x), row by row; a row of −∞ only gives zeros.</summary>
    public static double[] Forward(int rows, int columns, double[] scores)
    {
        double[] weights = new double[scores.Length];
        for (int row = 0; row < rows; row++)
        {
            double peak = double.NegativeInfinity;
            for (int j = 0; j < columns; j++)
            {
                peak = Math.Max(peak, scores[(row * columns) + j]);
            }

            if (double.IsNegativeInfinity(peak))
            {
                continue;
            }

            double sum = 0;
            for (int j = 0; j < columns; j++)
            {
                sum += Math.Exp(scores[(row * columns) + j] - peak);
            }

            for (int j = 0; j < columns; j++)
            {
                weights[(row * columns) + j] = Math.Exp(scores[(row * columns) + j] - peak) / sum;
            }
        }

        return weights;
    }

    /// <summary>dxⱼ = wⱼ (dwⱼ − Σₖ wₖ dwₖ)</summary>
    public static Expected Backward(int rows, int columns, double[] weights, double[] weightsGradient)
    {
        double[] gradient = new double[weights.Length];
        double[] magnitudes = new double[weights.Length];
        for (int row = 0; row < rows; row++)
        {
            double dot = 0;
            double absolute = 0;
            for (int j = row * columns; j < (row + 1) * columns; j++)
            {
                dot += weights[j] * weightsGradient[j];
                absolute += Math.Abs(weights[j] * weightsGradient[j]);
            }

            for (int j = row * columns; j < (row + 1) * columns; j++)
            {
                gradient[j] = weights[j] * (weightsGradient[j] - dot);
                magnitudes[j] = Math.Abs(weights[j]) * (Math.Abs(weightsGradient[j]) + absolute);
            }
        }

        return new(gradient, magnitudes);
    }
}
