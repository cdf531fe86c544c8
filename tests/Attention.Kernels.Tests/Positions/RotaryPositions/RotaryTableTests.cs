namespace Attention.Kernels.Tests;

/// <summary>The angles, plain and scaled, against what their articles say.</summary>
public sealed class RotaryTableTests
{
    private const int Width = 128;

    [Fact]
    public void Angle_Plain_IsThePowerOfTheBase() =>
        Assert.All(RotaryOracle.Frequencies(Width), (frequency, pair) => Assert.Equal(7 * frequency, new RotaryTable(0, Width).Angle(7, pair), 1e-14));

    [Fact]
    public void Angle_Linear_IsThatOfAnEarlierPosition() =>
        Assert.All(RotaryOracle.Frequencies(Width), (frequency, pair) => Assert.Equal(2 * frequency, Table(RotaryScaling.Linear(4)).Angle(8, pair), 1e-14));

    [Fact]
    public void Angle_NtkAware_IsThatOfALargerBase()
    {
        double[] expected = RotaryOracle.Frequencies(Width, 10000 * Math.Pow(4, Width / (Width - 2.0)));
        Assert.All(expected, (frequency, pair) => Assert.Equal(frequency, Table(RotaryScaling.NtkAware(4)).Angle(1, pair), 1e-14));
        Assert.Equal(RotaryOracle.Frequencies(Width)[^1] / 4, Table(RotaryScaling.NtkAware(4)).Angle(1, (Width / 2) - 1), 1e-14);
        Assert.Equal(1, new RotaryTable(0, 2, scaling: RotaryScaling.NtkAware(4)).Angle(1, 0));
    }

    /// <summary>Fast pairs keep their angle, slow ones have it divided, and between them it falls from pair to pair.</summary>
    [Fact]
    public void Angle_Llama3_FollowsTheWavelength()
    {
        const double Trained = 8192, Factor = 8;
        RotaryTable table = new(0, Width, @base: 500000, scaling: RotaryScaling.Llama3(Factor, (int)Trained));
        double[] plain = RotaryOracle.Frequencies(Width, 500000);
        Assert.All(plain, (frequency, pair) =>
        {
            double wavelength = 2 * Math.PI / frequency;
            double smooth = ((Trained / wavelength) - 1) / (4 - 1);
            double expected = wavelength < Trained / 4 ? frequency : wavelength > Trained ? frequency / Factor : ((1 - smooth) * frequency / Factor) + (smooth * frequency);
            Assert.Equal(expected, table.Angle(1, pair), 1e-14);
        });
    }

    /// <summary>With 4096 positions and the base 10000, 128 features have their ramp from pair 20 to pair 46: floor(64 · log(4096 / 64π) / log 10000) and ceil(64 · log(4096 / 2π) / log 10000).</summary>
    [Fact]
    public void Angle_Yarn_FallsBetweenTheTwoPairs()
    {
        RotaryTable table = Table(RotaryScaling.Yarn(16, 4096));
        double[] plain = RotaryOracle.Frequencies(Width);
        Assert.All(plain, (frequency, pair) =>
        {
            double kept = 1 - Math.Clamp((pair - 20.0) / (46 - 20), 0, 1);
            Assert.Equal(frequency * (kept + ((1 - kept) / 16)), table.Angle(1, pair), 1e-14);
        });
        Assert.Equal((0.1 * Math.Log(16)) + 1, table.Magnitude, 1e-14);
        float[] turned = [.. RotaryPositions.Rotate(new float[,] { { 3, 4 } }, table: new(1, 2, scaling: RotaryScaling.Yarn(16, 4096))).Cast<float>()];
        Assert.Equal(5 * table.Magnitude, Math.Sqrt(turned.Sum(value => (double)value * value)), 1e-5);
    }

    [Fact]
    public void Scaling_ByOne_ChangesNoAngle()
    {
        foreach (RotaryScaling scaling in (RotaryScaling[])[RotaryScaling.None, RotaryScaling.Linear(1), RotaryScaling.NtkAware(1), RotaryScaling.Yarn(1, 100), RotaryScaling.Llama3(1, 100)])
        {
            Assert.All(RotaryOracle.Frequencies(Width), (frequency, pair) => Assert.Equal(frequency, Table(scaling).Angle(1, pair), 1e-14));
            Assert.Equal(1, scaling.Magnitude);
        }
    }

    [Fact]
    public void Table_ThatCannotBe_IsRefused()
    {
        Refusal.Says("positions: expected zero or more, got -1", () => _ = new RotaryTable(-1, 2));
        Refusal.Says("width: expected an even number of at least 2, got 3", () => _ = new RotaryTable(1, 3));
        Refusal.Says("width: expected an even number of at least 2, got -2", () => _ = new RotaryTable(1, -2));
        Refusal.Says("pairs: expected Halves or Neighbours, got 7", () => _ = new RotaryTable(1, 2, (RotaryPairs)7));
        Refusal.Says("base: expected a finite number above 1, got 1", () => _ = new RotaryTable(1, 2, @base: 1));
        Refusal.Says("base: expected a finite number above 1, got NaN", () => _ = new RotaryTable(1, 2, @base: double.NaN));
        Refusal.Says("table: 2147483647×32768 = 70368744144896 elements, more than the 2147483591 that one buffer can hold", () => _ = new RotaryTable(int.MaxValue, 65536));
        Refusal.Says("factor: expected a finite number of at least 1, got 0.5", () => RotaryScaling.Linear(0.5));
        Refusal.Says("factor: expected a finite number of at least 1, got Infinity", () => RotaryScaling.NtkAware(double.PositiveInfinity));
        Refusal.Says("trained: expected at least 1, got 0", () => RotaryScaling.Yarn(2, 0));
        Refusal.Says("slow, fast: expected 0 < slow < fast, got 4 and 1", () => RotaryScaling.Llama3(2, 10, 4, 1));
    }

    private static RotaryTable Table(RotaryScaling scaling) => new(0, Width, scaling: scaling);
}
