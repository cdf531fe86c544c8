namespace Attention.Kernels.Tests;

/// <summary>
/// The one place that says how far a kernel may be from the double-precision oracle. There is no tolerance: the yardstick is what plain
/// single-precision loops (the naive form) lose on the same inputs, and for these loops what rounding can lose at most.
/// </summary>
/// <param name="Factor">How many times the naive form's worst error the fast form may have.</param>
/// <param name="Ulps">What is added for inputs on which the naive form happens to be exact.</param>
internal readonly record struct ErrorBudget(double Factor, double Ulps)
{
    /// <summary>Twice the naive form's error and a few units in the last place.</summary>
    public static readonly ErrorBudget Forward = new(2, 4);

    /// <summary>Three times for gradients, whose sums cancel.</summary>
    public static readonly ErrorBudget Gradient = new(3, 4);

    /// <summary>What a chain of correctly rounded operations can lose (Higham 2002, § 3.1): to first order 2⁻²⁴ of the magnitude each, which is at most one ulp.</summary>
    /// <param name="operations">Roundings on the longest way from an input to the result.</param>
    public static ErrorBudget Rounding(double operations) => new(0, operations);

    /// <summary>Holds the fast form against the oracle, with the naive form's error as the yardstick.</summary>
    public void Assert(string what, Expected expected, ReadOnlySpan<float> naive, ReadOnlySpan<float> fast)
    {
        double yardstick = Worst(expected, naive, out int naiveIndex);
        if (!double.IsFinite(yardstick))
        {
            Xunit.Assert.Fail($"{what}, naive form: {Describe(expected, naive, naiveIndex, yardstick)}");
        }

        Xunit.Assert.Equal(expected.Values.Length, fast.Length);
        double allowed = (Factor * yardstick) + Ulps;
        double worst = Worst(expected, fast, out int index);
        if (worst > allowed)
        {
            Xunit.Assert.Fail($"{what}: {Describe(expected, fast, index, worst)}, allowed {allowed:0.##}");
        }
    }

    /// <summary>Holds a form without a twin against the oracle.</summary>
    public void Assert(string what, Expected expected, ReadOnlySpan<float> actual) => Assert(what, expected, [], actual);

    /// <summary>The largest error, in ulps of the magnitude; infinite where NaN or an infinity is on one side only, or elsewhere.</summary>
    public static double Worst(Expected expected, ReadOnlySpan<float> actual, out int index)
    {
        double worst = 0;
        index = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = Error(expected.Values[i], expected.Magnitudes[i], actual[i]);
            if (error > worst)
            {
                (worst, index) = (error, i);
            }
        }

        return worst;
    }

    /// <summary>The distance between a float and the next one: the unit in which errors are counted.</summary>
    public static double Ulp(double magnitude)
    {
        float nearest = Math.Min((float)Math.Abs(magnitude), BitConverter.UInt32BitsToSingle(0x7F7FFFFE));
        return (double)MathF.BitIncrement(nearest) - nearest;
    }

    private static double Error(double expected, double magnitude, float actual)
    {
        float rounded = (float)expected;
        return float.IsFinite(rounded) && float.IsFinite(actual) && double.IsFinite(magnitude)
            ? Math.Abs(actual - expected) / Ulp(magnitude)
            : rounded.Equals(actual) ? 0 : double.PositiveInfinity;
    }

    private static string Describe(Expected expected, ReadOnlySpan<float> actual, int index, double worst) =>
        $"[{index}] of {actual.Length}: expected {expected.Values[index]:R}, got {actual[index]:R}; {worst:0.##} ulps";
}
