namespace Attention.Kernels.Tests;

/// <summary>The exponential inside the online softmax: 2^x for x ≤ 0. What would be subnormal may be, or may be flushed to zero.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed unsafe class PowerOfTwoTests
{
    /// <summary>What its documentation promises.</summary>
    private const double StatedError = 2e-7;

    public static TheoryData<Form> Widths => new(Forms.Supported.Where(form => form != Form.Door));

    [Theory]
    [MemberData(nameof(Widths))]
    public void PowerOfTwo_FromMinus126ToZero_StaysInTheStatedError(Form width)
    {
        // Every 257th float, a prime, from the smallest that matters to −126.
        float[] x = [.. Floats(BitConverter.SingleToUInt32Bits(MathF.Pow(2, -26)), BitConverter.SingleToUInt32Bits(126), 257)];
        float[] y = Powers(width, x);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = Math.Pow(2, x[i]);
            double error = Math.Abs(y[i] - exact) / exact;
            if (!(error < StatedError))
            {
                Assert.Fail($"2^{x[i]:R}: expected {exact:R}, got {y[i]:R}; relative error {error:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void PowerOfTwo_SpecialValues_GiveTheirExactAnswers(Form width) =>
        Bits.Same("2^x", [1, 1, 0.5f, 0.25f, 0, 0, 0, 0, float.NaN], Powers(width, [0, -0f, -1, -2, -150, -151, -1e30f, float.NegativeInfinity, float.NaN]));

    private static IEnumerable<float> Floats(uint from, uint through, uint stride)
    {
        for (uint bits = from; bits <= through; bits += stride)
        {
            yield return -BitConverter.UInt32BitsToSingle(bits);
        }
    }

    private static float[] Powers(Form width, float[] x) => width switch
    {
        Form.Lanes512 => Powers<Lanes512>(x),
        Form.Lanes256 => Powers<Lanes256>(x),
        Form.Lanes128 => Powers<Lanes128>(x),
        _ => Powers<Lanes1>(x),
    };

    private static float[] Powers<TLanes>(float[] x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        // Padded to whole registers, the padding cut off again.
        int padded = (x.Length + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        float[] lanes = new float[padded];
        x.CopyTo(lanes, 0);
        fixed (float* values = lanes)
        {
            for (int i = 0; i < padded; i += TLanes.Count)
            {
                TLanes.Store(values + i, TLanes.PowerOfTwo(TLanes.Load(values + i)));
            }
        }

        return lanes[..x.Length];
    }
}
