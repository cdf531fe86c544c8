using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Kernels.Tests;

/// <summary>Each function on lanes against the same in double precision, over floats spread densely over their whole range.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed partial class ElementaryTests
{
    public enum Curve
    {
        Log,
        Tanh,
        Sigmoid,
        Bell,
        NormalTail,
        Softplus,
    }

    public static TheoryData<Curve, Form> EveryWidth =>
        [.. from curve in Enum.GetValues<Curve>() from form in Forms.Supported where form != Form.Door select (curve, form)];

    /// <summary>What each function's documentation promises, read from it.</summary>
    private static double Stated(Curve curve) => double.Parse(
        Promise().Match(LibraryDocumentation.Of($"M:Attention.Kernels.Elementary.{curve}``1(``0)").Value).Groups["ulps"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Within (?<ulps>\d+(\.\d+)?) units in the last place")]
    private static partial Regex Promise();

    /// <summary>Every 40009th of all 2³² floats (a prime, so that all low bits occur), and every 307th between 2⁻⁷ and 64, where the functions bend.</summary>
    [Theory]
    [MemberData(nameof(EveryWidth))]
    public void Function_OverAllFloats_StaysInTheStatedBound(Curve curve, Form width)
    {
        bool signed = curve is not (Curve.Bell or Curve.NormalTail);
        AssertBound(curve, width, 0, signed ? uint.MaxValue : 0x7FFF_FFFF, 40009);
        uint from = BitConverter.SingleToUInt32Bits(1f / 128), through = BitConverter.SingleToUInt32Bits(64);
        AssertBound(curve, width, from, through, 307);
        if (signed)
        {
            AssertBound(curve, width, 0x8000_0000 | from, 0x8000_0000 | through, 307);
        }
    }

    /// <summary>Each float around the places where a form takes over from another, or an answer becomes subnormal, or vanishes.</summary>
    [Theory]
    [InlineData(Curve.Log, 1)]
    [InlineData(Curve.Log, 1.41421354f)]
    [InlineData(Curve.Log, 0.707106769f)]
    [InlineData(Curve.Log, 1.17549435e-38f)]
    [InlineData(Curve.Tanh, 0.625f)]
    [InlineData(Curve.Tanh, -0.625f)]
    [InlineData(Curve.Tanh, 9.01f)]
    [InlineData(Curve.Sigmoid, -87.3f)]
    [InlineData(Curve.Sigmoid, -103.9f)]
    [InlineData(Curve.Sigmoid, 16.6f)]
    [InlineData(Curve.Bell, 13.2f)]
    [InlineData(Curve.Bell, 14.4f)]
    [InlineData(Curve.NormalTail, 13f)]
    [InlineData(Curve.NormalTail, 14.15f)]
    [InlineData(Curve.Softplus, -16.6f)]
    [InlineData(Curve.Softplus, -103.9f)]
    [InlineData(Curve.Softplus, 16.6f)]
    public void Function_AroundItsSeams_StaysInTheStatedBound(Curve curve, float seam)
    {
        foreach (Form width in Forms.Supported[1..])
        {
            uint middle = BitConverter.SingleToUInt32Bits(seam);
            AssertBound(curve, width, middle - 3000, middle + 3000, 1);
        }
    }

    [Theory]
    [MemberData(nameof(EveryWidth))]
    public void Function_SpecialValues_GiveTheirExactAnswers(Curve curve, Form width)
    {
        const float Infinity = float.PositiveInfinity;
        (float X, float Y)[] pairs = curve switch
        {
            Curve.Log => [(0, -Infinity), (-0f, -Infinity), (1, 0), (-1, float.NaN), (-float.Epsilon, float.NaN), (-Infinity, float.NaN), (Infinity, Infinity), (float.NaN, float.NaN)],
            Curve.Tanh => [(0, 0), (-0f, -0f), (float.Epsilon, float.Epsilon), (-1e-39f, -1e-39f), (20, 1), (-20, -1), (Infinity, 1), (-Infinity, -1), (float.NaN, float.NaN)],
            Curve.Sigmoid => [(0, 0.5f), (-0f, 0.5f), (float.Epsilon, 0.5f), (40, 1), (-104, 0), (Infinity, 1), (-Infinity, 0), (float.NaN, float.NaN)],
            Curve.Bell => [(0, 1), (float.Epsilon, 1), (15, 0), (1e30f, 0), (Infinity, 0), (float.NaN, float.NaN)],
            Curve.Softplus => [(-104, 0), (-Infinity, 0), (Infinity, Infinity), (1e30f, 1e30f), (float.NaN, float.NaN)],
            _ => [(15, 0), (1e30f, 0), (Infinity, 0), (float.NaN, float.NaN)],
        };
        float[] x = Array.ConvertAll(pairs, pair => pair.X), y = new float[x.Length];
        Apply(curve, width, x, y);
        Bits.Same($"{curve}", Array.ConvertAll(pairs, pair => pair.Y), y);
    }

    private static void AssertBound(Curve curve, Form width, uint from, uint through, uint stride)
    {
        float[] x = new float[((through - from) / stride) + 1];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = BitConverter.UInt32BitsToSingle(from + ((uint)i * stride));
        }

        float[] y = new float[x.Length];
        Apply(curve, width, x, y);
        double stated = Stated(curve), worst = 0;
        int index = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Exact(curve, x[i]);
            double error = float.IsFinite((float)exact) && float.IsFinite(y[i]) ? Math.Abs(y[i] - exact) / ErrorBudget.Ulp(exact)
                : ((float)exact).Equals(y[i]) ? 0 : double.PositiveInfinity;
            (worst, index) = error > worst ? (error, i) : (worst, index);
        }

        Assert.True(worst <= stated, $"{curve} of {x[index]:R}: expected {Exact(curve, x[index]):R}, got {y[index]:R}; {worst:0.###} ulps, stated {stated}");
    }

    private static double Exact(Curve curve, double x) => curve switch
    {
        Curve.Log => Math.Log(x),
        Curve.Tanh => Math.Tanh(x),
        Curve.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Curve.Bell => Math.Exp(-0.5 * x * x),
        Curve.Softplus => Math.Max(x, 0) + (2 * Math.Atanh(Math.Exp(-Math.Abs(x)) / (2 + Math.Exp(-Math.Abs(x))))),
        _ => NormalOracle.Tail(x),
    };

    private static void Apply(Curve curve, Form width, float[] x, float[] y)
    {
        switch (width)
        {
            case Form.Lanes512:
                Apply<Lanes512>(curve, x, y);
                break;
            case Form.Lanes256:
                Apply<Lanes256>(curve, x, y);
                break;
            case Form.Lanes128:
                Apply<Lanes128>(curve, x, y);
                break;
            default:
                Apply<Lanes1>(curve, x, y);
                break;
        }
    }

    private static unsafe void Apply<TLanes>(Curve curve, float[] x, float[] y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* source = x, destination = y)
        {
            for (int i = 0; i < x.Length; i += TLanes.Count)
            {
                int count = Math.Min(TLanes.Count, x.Length - i);
                TLanes lanes = Partial.Load<TLanes>(source + i, count, 1);
                Partial.Store(destination + i, count, curve switch
                {
                    Curve.Log => Elementary.Log(lanes),
                    Curve.Tanh => Elementary.Tanh(lanes),
                    Curve.Sigmoid => Elementary.Sigmoid(lanes),
                    Curve.Bell => Elementary.Bell(Elementary.UpToNormalEnd(lanes)),
                    Curve.Softplus => Elementary.Softplus(lanes),
                    _ => Elementary.NormalTail(lanes),
                });
            }
        }
    }
}
