namespace Attention.Kernels.Tests;

public sealed class AlibiSlopesTests
{
    [Fact]
    public void Of_EightHeads_HalvesFromOneHalfOn() =>
        Assert.Equal([1 / 2f, 1 / 4f, 1 / 8f, 1 / 16f, 1 / 32f, 1 / 64f, 1 / 128f, 1 / 256f], AlibiSlopes.Of(8));

    [Fact]
    public void Of_SixteenHeads_InterpolatesTheEight() =>
        Assert.All(AlibiSlopes.Of(16), (slope, h) => Assert.Equal(Math.Pow(0.5, (h + 1) / 2.0), slope, 1e-7));

    /// <summary>Twelve heads: the eight, then every other of the sixteen.</summary>
    [Fact]
    public void Of_TwelveHeads_AddsEveryOtherOfSixteen()
    {
        float[] sixteen = AlibiSlopes.Of(16);
        Assert.Equal([.. AlibiSlopes.Of(8), sixteen[0], sixteen[2], sixteen[4], sixteen[6]], AlibiSlopes.Of(12));
    }

    [Fact]
    public void Of_AnyHeads_EndsAtTheEighthPowerOfTheHalfAndRepeatsNone()
    {
        Assert.Empty(AlibiSlopes.Of(0));
        Assert.Equal([1 / 256f], AlibiSlopes.Of(1));
        for (int heads = 2; heads <= 130; heads++)
        {
            float[] slopes = AlibiSlopes.Of(heads);
            Assert.Equal(1 / 256f, slopes.Min());
            Assert.Equal(heads, slopes.Distinct().Count());
            Assert.InRange(slopes.Max(), 1 / 256f, 1);
            float[] naive = new float[heads];
            AlibiSlopes.ForwardNaive(naive);

            // The exponent of at most 8 is rounded once, which is up to 8 · ln 2 roundings of the power; the power itself is good to an ulp, and the expected one is rounded too.
            ErrorBudget.Rounding((8 * Math.Log(2)) + 3).Assert($"naive, {heads} heads", new(Array.ConvertAll(slopes, slope => (double)slope)), naive);
        }

        Refusal.Says("heads: expected zero or more, got -1", () => AlibiSlopes.Of(-1));
    }
}
