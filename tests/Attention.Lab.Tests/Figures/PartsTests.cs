using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Lab.Tests;

public class PartsTests
{
    [Theory]
    [InlineData(0.12345, 3, "0.123")]
    [InlineData(-0.0001, 3, "0.000")]
    [InlineData(-1.5, 1, "-1.5")]
    [InlineData(double.NaN, 2, "NaN")]
    [InlineData(double.PositiveInfinity, 2, "∞")]
    [InlineData(double.NegativeInfinity, 2, "-∞")]
    public void Fixed_Number_HasItsDecimals(double value, int decimals, string expected) => Assert.Equal(expected, Numbers.Fixed(value, decimals));

    [Theory]
    [InlineData(0, 4, "0")]
    [InlineData(1024, 4, "1024")]
    [InlineData(123456, 4, "123500")]
    [InlineData(0.00012345, 3, "0.000123")]
    [InlineData(0.000012345, 3, "1.23e-05")]
    [InlineData(3.4e38, 4, "3.4e+38")]
    [InlineData(-2.5, 4, "-2.5")]
    public void Significant_Number_HasItsDigits(double value, int digits, string expected) => Assert.Equal(expected, Numbers.Significant(value, digits));

    [Theory]
    [InlineData(new[] { 0.5, 1.0 }, 3)]
    [InlineData(new[] { 0.5, 0.25 }, 3)]
    [InlineData(new[] { 1.5, 2.25 }, 2)]
    [InlineData(new[] { 0.5, 150 }, 0)]
    [InlineData(new[] { 0.012 }, 4)]
    [InlineData(new[] { 1.0, 2, 300 }, 0)]
    [InlineData(new[] { double.NaN, double.PositiveInfinity }, 0)]
    public void Decimals_Numbers_ShowThreeDigitsOfTheLargest(double[] values, int expected) => Assert.Equal(expected, Numbers.Decimals(values));

    [Theory]
    [InlineData(1e7, "10⁷")]
    [InlineData(1e-12, "10⁻¹²")]
    [InlineData(200, "200")]
    [InlineData(-0.5, "−0.5")]
    public void Tick_RoundNumber_ReadsWell(double value, string expected) => Assert.Equal(expected, Numbers.Tick(value));

    [Fact]
    public void Ticks_AnyRange_AreRoundOrderedAndInside()
    {
        Prop.ForAll<NormalFloat, NormalFloat>((one, other) =>
        {
            (double low, double high) = (Math.Min(one.Get, other.Get), Math.Max(one.Get, other.Get));
            if (Math.Abs(low) > 1e12 || Math.Abs(high) > 1e12)
                return;
            var scale = new Scale(low, high, logarithmic: false, 0, 100, 5, round: true);
            Assert.InRange(scale.Ticks.Count, 2, 13);
            Assert.Equal(scale.Ticks.Order(), scale.Ticks);
            Assert.InRange(scale.Pixel(low), -1e-6, 100 + 1e-6);
            Assert.InRange(scale.Pixel(high), -1e-6, 100 + 1e-6);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.003, 0.7)]
    [InlineData(16, 1024)]
    [InlineData(1, 1e38)]
    public void Ticks_Logarithmic_CoverTheRange(double low, double high)
    {
        var scale = new Scale(low, high, logarithmic: true, 0, 100, 5, round: true);

        Assert.InRange(scale.Ticks.Count, 2, 10);
        Assert.InRange(scale.Pixel(low), -1e-6, 100.000001);
        Assert.InRange(scale.Pixel(high), -1e-6, 100.000001);
    }

    [Fact]
    public void Ink_EveryColour_IsReadable()
    {
        foreach (ColourScale scale in new[] { ColourScale.For([0, 1]), ColourScale.For([-1, 1]) })
        {
            for (int i = 0; i <= 100; i++)
            {
                double value = scale.Lowest + ((scale.Highest - scale.Lowest) * i / 100);
                // WCAG 2.2 asks for 4.5.
                Assert.True(Contrast(scale.Colour(value), scale.Ink(value)) >= 4.5, $"{scale.Colour(value)} under {scale.Ink(value)}");
            }
        }
    }

    [Theory]
    [InlineData("love", 4)]
    [InlineData("编程", 4)]
    [InlineData("cafe\u0301", 4)]
    [InlineData("", 0)]
    public void Columns_Text_CountsWideLettersTwice(string text, int expected) => Assert.Equal(expected, Glyphs.Columns(text));

    [Fact]
    public void Fit_LongText_EndsInAnEllipsisAndFits()
    {
        string fitted = Glyphs.Fit("antidisestablishmentarianism", 80, 13);

        Assert.EndsWith("…", fitted, StringComparison.Ordinal);
        Assert.True(Glyphs.Width(fitted, 13) <= 80);
        Assert.Equal("short", Glyphs.Fit("short", 80, 13));
    }

    private static double Contrast(string one, string other)
    {
        double a = Luminance(one), b = Luminance(other);
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        double[] linear = [.. Enumerable.Range(0, 3).Select(i => int.Parse(colour.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(share => share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }
}
