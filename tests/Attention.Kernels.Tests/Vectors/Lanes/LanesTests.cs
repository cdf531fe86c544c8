using System.Numerics;

namespace Attention.Kernels.Tests;

/// <summary>Each operation of each width against one float at a time, on every lane.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed unsafe class LanesTests
{
    private static readonly float[] Special =
        [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e-39f, 1234.5f];

    public static TheoryData<Form> Widths => new(Forms.Supported.Where(form => form != Form.Door));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Operations_EveryLane_DoWhatOneFloatDoes(Form width) => Run(width, new Operations());

    [Theory]
    [MemberData(nameof(Widths))]
    public void Indices_CountTheLanes(Form width) => Run(width, new Counting());

    [Theory]
    [MemberData(nameof(Widths))]
    public void SumOfAndMaxOf_SeeEveryLane(Form width) => Run(width, new Reductions());

    [Theory]
    [MemberData(nameof(Widths))]
    public void SignificandAndExponent_PositiveNormalFloats_MultiplyToTheSame(Form width) => Run(width, new Splitting());

    private interface ITest
    {
        void Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>;
    }

    private static void Run(Form width, ITest test)
    {
        switch (width)
        {
            case Form.Lanes512:
                test.Run<Lanes512>();
                break;
            case Form.Lanes256:
                test.Run<Lanes256>();
                break;
            case Form.Lanes128:
                test.Run<Lanes128>();
                break;
            default:
                test.Run<Lanes1>();
                break;
        }
    }

    private static float[] Stored<TLanes>(TLanes value)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float[] lanes = new float[TLanes.Count];
        fixed (float* destination = lanes)
        {
            TLanes.Store(destination, value);
        }

        return lanes;
    }

    private static TLanes Loaded<TLanes>(float[] lanes)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        fixed (float* source = lanes)
        {
            return TLanes.Load(source);
        }
    }

    /// <summary>Mostly ordinary floats, and now and then one that is not.</summary>
    private static float[] Lanes(Draw draw, int count) => Array.ConvertAll(draw.Normal(count), value => draw.Coin(0.3) ? draw.Pick<float>(Special) : value);

    private sealed class Operations : ITest
    {
        public void Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Draw draw = new(501);
            for (int round = 0; round < 200; round++)
            {
                float[] a = Lanes(draw, TLanes.Count), b = Lanes(draw, TLanes.Count), c = Lanes(draw, TLanes.Count), d = Lanes(draw, TLanes.Count);
                (TLanes x, TLanes y, TLanes z, TLanes w) = (Loaded<TLanes>(a), Loaded<TLanes>(b), Loaded<TLanes>(c), Loaded<TLanes>(d));
                Bits.Same("load and store", a, Stored(x));
                Bits.Same("broadcast", [.. a.Select(_ => a[0])], Stored(TLanes.Broadcast(a[0])));
                Bits.Same("+", [.. a.Zip(b, (p, q) => p + q)], Stored(x + y));
                Bits.Same("-", [.. a.Zip(b, (p, q) => p - q)], Stored(x - y));
                Bits.Same("*", [.. a.Zip(b, (p, q) => p * q)], Stored(x * y));
                Bits.Same("/", [.. a.Zip(b, (p, q) => p / q)], Stored(x / y));
                Bits.Same("where less", [.. a.Select((p, i) => p < b[i] ? c[i] : d[i])], Stored(TLanes.WhereLess(x, y, z, w)));
                Bits.Same("absolute", Array.ConvertAll(a, MathF.Abs), Stored(TLanes.Abs(x)));
                Bits.Same("sign", [.. a.Zip(b, MathF.CopySign)], Stored(TLanes.CopySign(x, y)));
                Bits.Same("low bits to exponent", Array.ConvertAll(a, p => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(p) << 23)), Stored(TLanes.LowBitsToExponent(x)));
                uint[] i = Array.ConvertAll(a, BitConverter.SingleToUInt32Bits), j = Array.ConvertAll(b, BitConverter.SingleToUInt32Bits);
                AssertIntegers("broadcast", [.. i.Select(_ => i[0])], TLanes.BroadcastInteger(i[0]));
                AssertIntegers("+", [.. i.Zip(j, (p, q) => p + q)], TLanes.AddInteger(x, y));
                AssertIntegers("-", [.. i.Zip(j, (p, q) => p - q)], TLanes.SubtractInteger(x, y));
                AssertIntegers("*", [.. i.Zip(j, (p, q) => p * q)], TLanes.MultiplyInteger(x, y));
                AssertIntegers("^", [.. i.Zip(j, (p, q) => p ^ q)], TLanes.Xor(x, y));
                AssertIntegers(">>", Array.ConvertAll(i, p => p >> 13), TLanes.ShiftIntegerRight(x, 13));
                AssertIntegers("rotate", Array.ConvertAll(i, p => BitOperations.RotateLeft(p, 17)), TLanes.RotateIntegerLeft(x, 17));
                AssertIntegers("where less", [.. i.Select((p, at) => BitConverter.SingleToUInt32Bits(p < j[at] ? c[at] : d[at]))], TLanes.WhereIntegerLess(x, y, z, w));
                AssertMultiplyAdd(a, b, c, Stored(TLanes.MultiplyAdd(x, y, z)));
                AssertMax(a, b, Stored(TLanes.Max(x, y)));
                AssertMax(Array.ConvertAll(a, p => -p), Array.ConvertAll(b, p => -p), Array.ConvertAll(Stored(TLanes.Min(x, y)), p => -p));
                Bits.Same("square root", Array.ConvertAll(a, MathF.Sqrt), Stored(TLanes.SquareRoot(x)));
                bool[] flags = draw.Coins(TLanes.Count);
                fixed (bool* set = flags)
                {
                    Bits.Same("where set", [.. flags.Select((flag, at) => flag ? a[at] : b[at])], Stored(TLanes.WhereSet(set, x, y)));
                }

                float[] streamed = GC.AllocateUninitializedArray<float>(2 * TLanes.Count, pinned: true);
                fixed (float* start = streamed)
                {
                    int aligned = Streaming.FloatsBeforeAligned<TLanes>(start);
                    TLanes.StoreStreaming(start + aligned, x);
                    Bits.Same("streaming store", a, streamed.AsSpan(aligned, TLanes.Count));
                }

                float exponent = draw.Integer(-250, 250);
                float[] scaled = draw.Uniform(TLanes.Count, 0.5f, 2);
                Bits.Same("times 2^n", Array.ConvertAll(scaled, p => (float)(p * Math.Pow(2, exponent))), Stored(TLanes.TimesPowerOfTwo(Loaded<TLanes>(scaled), TLanes.Broadcast(exponent))));
            }
        }

        private static void AssertIntegers<TLanes>(string what, uint[] expected, TLanes actual)
            where TLanes : unmanaged, ILanes<TLanes> =>
            Assert.True(expected.SequenceEqual(Array.ConvertAll(Stored(actual), BitConverter.SingleToUInt32Bits)), $"whole numbers, {what}");

        /// <summary>Rounded once or twice, as the hardware can.</summary>
        private static void AssertMultiplyAdd(float[] a, float[] b, float[] c, float[] actual)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                bool once = MathF.FusedMultiplyAdd(a[i], b[i], c[i]).Equals(actual[i]);
                bool twice = ((a[i] * b[i]) + c[i]).Equals(actual[i]);
                Assert.True(once || twice, $"{a[i]:R} · {b[i]:R} + {c[i]:R} gave {actual[i]:R}");
            }
        }

        /// <summary>As documented: NaN when the second is NaN; when only the first is, either.</summary>
        private static void AssertMax(float[] first, float[] second, float[] actual)
        {
            for (int i = 0; i < actual.Length; i++)
            {
                bool holds = float.IsNaN(second[i]) ? float.IsNaN(actual[i])
                    : float.IsNaN(first[i]) ? float.IsNaN(actual[i]) || actual[i] == second[i]
                    : actual[i] == Math.Max(first[i], second[i]);
                Assert.True(holds, $"the larger of {first[i]:R} and {second[i]:R} became {actual[i]:R}");
            }
        }
    }

    private sealed class Counting : ITest
    {
        public void Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Assert.Equal(Enumerable.Range(0, TLanes.Count).Select(lane => (float)lane), Stored(TLanes.Indices));
            Assert.Equal(Enumerable.Range(0, TLanes.Count), Stored(TLanes.IntegerIndices).Select(BitConverter.SingleToInt32Bits));
        }
    }

    private sealed class Splitting : ITest
    {
        public void Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Draw draw = new(503);
            for (int round = 0; round < 200; round++)
            {
                float[] x = [.. Enumerable.Range(0, TLanes.Count).Select(_ => BitConverter.Int32BitsToSingle(draw.Integer(0x0080_0000, 0x7F7F_FFFF)))];
                (float[] significands, float[] exponents) = (Stored(TLanes.Significand(Loaded<TLanes>(x))), Stored(TLanes.Exponent(Loaded<TLanes>(x))));
                Assert.All(significands, significand => Assert.InRange(significand, 0.70710677f, 1.4142135f));
                Bits.Same("m · 2ⁿ", x, [.. significands.Zip(exponents, (m, n) => (float)(m * Math.Pow(2, n)))]);
            }
        }
    }

    private sealed class Reductions : ITest
    {
        public void Run<TLanes>()
            where TLanes : unmanaged, ILanes<TLanes>
        {
            Draw draw = new(502);
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                // Small integers: their sum is exact in any order.
                float[] lanes = [.. Enumerable.Range(0, TLanes.Count).Select(_ => (float)draw.Integer(-1000, 1000))];
                lanes[lane] = 5000 + lane;
                Assert.Equal(lanes.Sum(), TLanes.SumOf(Loaded<TLanes>(lanes)));
                Assert.Equal(lanes[lane], TLanes.MaxOf(Loaded<TLanes>(lanes)));
                lanes[lane] = float.NaN;
                Assert.Equal(float.NaN, TLanes.SumOf(Loaded<TLanes>(lanes)));
            }
        }
    }
}
