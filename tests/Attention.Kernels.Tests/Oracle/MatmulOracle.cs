namespace Attention.Kernels.Tests;

/// <summary>Products of matrices and their gradients in double precision.</summary>
internal static class MatmulOracle
{
    /// <summary>The whole buffer of the result: what lies between its rows is as it was.</summary>
    public static Expected Forward(MatmulCase problem)
    {
        MatmulShape shape = problem.Shape;
        double[] values = Array.ConvertAll(problem.Before, value => (double)value), magnitudes = Array.ConvertAll(values, Math.Abs);
        ForEach(shape, (batch, i, j) =>
        {
            int at = problem.ResultAt(batch, i, j);
            double sum = (shape.Accumulate ? problem.Before[at] : 0.0) + (problem.Bias.Length > 0 ? problem.Bias[j] : 0.0);
            double absolute = (shape.Accumulate ? Math.Abs(problem.Before[at]) : 0.0) + (problem.Bias.Length > 0 ? Math.Abs(problem.Bias[j]) : 0.0);
            for (int k = 0; k < shape.Depth; k++)
            {
                double product = (double)problem.Left[problem.LeftAt(batch, i, k)] * problem.Right[problem.RightAt(batch, k, j)];
                sum += product;
                absolute += Math.Abs(product);
            }

            (values[at], magnitudes[at]) = (sum, absolute);
        });
        return new(values, magnitudes);
    }

    /// <summary>The gradients for slopes that lie as the result does. What lies between rows is zero here.</summary>
    public static (Expected Left, Expected Right, Expected Bias) Backward(MatmulCase problem, float[] slopes)
    {
        MatmulShape shape = problem.Shape;
        Expected left = Zeros(problem.Left.Length), right = Zeros(problem.Right.Length), bias = Zeros(shape.Columns);
        ForEach(shape, (batch, i, j) =>
        {
            double slope = slopes[problem.ResultAt(batch, i, j)];
            Add(bias, j, slope);
            for (int k = 0; k < shape.Depth; k++)
            {
                int a = problem.LeftAt(batch, i, k), b = problem.RightAt(batch, k, j);
                Add(left, a, slope * problem.Right[b]);
                Add(right, b, slope * problem.Left[a]);
            }
        });
        return (left, right, bias);
    }

    private static Expected Zeros(int count) => new(new double[count], new double[count]);

    private static void Add(Expected sum, int index, double term)
    {
        sum.Values[index] += term;
        sum.Magnitudes[index] += Math.Abs(term);
    }

    private static void ForEach(MatmulShape shape, Action<int, int, int> element)
    {
        for (int batch = 0; batch < shape.Batch; batch++)
        {
            for (int i = 0; i < shape.Rows; i++)
            {
                for (int j = 0; j < shape.Columns; j++)
                {
                    element(batch, i, j);
                }
            }
        }
    }
}
