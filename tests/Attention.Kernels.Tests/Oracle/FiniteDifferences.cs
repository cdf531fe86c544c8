namespace Attention.Kernels.Tests;

/// <summary>Gradients without calculus: the loss is moved in double precision, one input at a time.</summary>
internal static class FiniteDifferences
{
    private const double Step = 1e-5;

    /// <summary>The gradient of a loss by central differences.</summary>
    /// <param name="inputs">Where; restored afterwards.</param>
    /// <param name="loss">A smooth function of the inputs, computed in double precision.</param>
    public static double[] Of(double[] inputs, Func<double[], double> loss)
    {
        double[] gradient = new double[inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            double value = inputs[i];
            inputs[i] = value + Step;
            double above = loss(inputs);
            inputs[i] = value - Step;
            double below = loss(inputs);
            inputs[i] = value;
            gradient[i] = (above - below) / (2 * Step);
        }

        return gradient;
    }

    /// <summary>Holds a kernel's gradient against the differences: to 1e-4 of the largest of them, which what a wrong sign, factor or term does exceeds by far.</summary>
    public static void Assert(string what, float[] inputs, Func<double[], double> loss, ReadOnlySpan<float> gradient)
    {
        double[] differences = Of(Array.ConvertAll(inputs, input => (double)input), loss);
        Xunit.Assert.Equal(differences.Length, gradient.Length);
        double largest = Math.Max(1e-3, differences.Select(Math.Abs).DefaultIfEmpty().Max());
        for (int i = 0; i < gradient.Length; i++)
        {
            Xunit.Assert.True(Math.Abs(gradient[i] - differences[i]) <= 1e-4 * largest, $"{what}[{i}]: differences say {differences[i]:R}, the kernel {gradient[i]:R}");
        }
    }
}
