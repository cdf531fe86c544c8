using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Kernels.Tests;

/// <summary>The error bound that the documentation states, held over floats spread densely over their whole range.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed partial class ExponentialSweepTests
{
    /// <summary>What the documentation of <see cref="Exponential"/> promises, read from it, in units in the last place of the exact answer.</summary>
    private static readonly double StatedUlps = double.Parse(Promise().Match(LibraryDocumentation.Of("T:Attention.Kernels.Exponential").Value).Groups["ulps"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Within (?<ulps>\d+(\.\d+)?) units in the last place")]
    private static partial Regex Promise();

    private const int Block = 1 << 16;

    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>A bound that a correctly rounded exponential would barely meet is worth stating; one of several ulps is not.</summary>
    [Fact]
    public void StatedBound_IsBetweenHalfAndTwoUlps() => Assert.InRange(StatedUlps, 0.5, 2);

    /// <summary>Every 127th float (a prime, so that all low bits occur) between the smallest whose exponential is not 1 and the largest that is finite, of both signs.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_WhereTheAnswerIsNeitherOneNorInfinite_StaysInTheStatedBound(Form form)
    {
        uint first = BitConverter.SingleToUInt32Bits(MathF.Pow(2, -25));
        AssertBound(form, first, BitConverter.SingleToUInt32Bits(88.72284f), 127);
        AssertBound(form, 0x8000_0000 | first, BitConverter.SingleToUInt32Bits(-104), 127);
    }

    /// <summary>Every 32771st of all 2³² floats (a prime), NaN and infinities among them.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OverAllFloats_StaysInTheStatedBound(Form form) => AssertBound(form, 0, uint.MaxValue, 32771);

    /// <summary>Each float around the places where the answer overflows, becomes subnormal, and vanishes.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AtTheEdgesOfTheRange_StaysInTheStatedBound(Form form)
    {
        foreach (float edge in (float[])[88.72284f, -87.33655f, -88.02969f, -103.27893f, -103.97208f, -104])
        {
            uint middle = BitConverter.SingleToUInt32Bits(edge);
            AssertBound(form, middle - 5000, middle + 5000, 1);
        }
    }

    private static void AssertBound(Form form, uint from, uint through, uint stride)
    {
        float[] x = new float[Block];
        float[] y = new float[Block];
        for (ulong start = from; start <= through; start += (ulong)Block * stride)
        {
            int count = (int)Math.Min(Block, (through - start) / stride + 1);
            for (int i = 0; i < count; i++)
            {
                x[i] = BitConverter.UInt32BitsToSingle((uint)(start + ((ulong)i * stride)));
            }

            ExponentialCalls.Forward(form)(x.AsSpan(0, count), y.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                double exact = Math.Exp(x[i]);
                double error = float.IsFinite((float)exact) && float.IsFinite(y[i]) ? Math.Abs(y[i] - exact) / ErrorBudget.Ulp(exact)
                    : Rounds(exact, y[i]) ? 0 : double.PositiveInfinity;
                if (error > StatedUlps)
                {
                    Assert.Fail($"e^{x[i]:R}: expected {exact:R}, got {y[i]:R}; {error:0.###} ulps, stated {StatedUlps}");
                }
            }
        }
    }

    /// <summary>Beyond the finite: NaN is NaN, and an answer within the stated bound of the largest float may round either way.</summary>
    private static bool Rounds(double exact, float y) => ((float)exact).Equals(y)
        || (Math.Abs(exact - float.MaxValue) <= StatedUlps * Math.Pow(2, 104) && (float.IsPositiveInfinity(y) || y == float.MaxValue));
}
