using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>Sixteen floats: AVX-512.</summary>
/// <remarks>Where the instructions are missing the runtime computes in halves. Nobody asks for that but tests, which so hold this width against the oracle on any machine.</remarks>
internal unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private Vector512<float> _value = value; // not read-only: see AddProduct

    public static int Count => Vector512<float>.Count;

    public static bool IsSupported => Vector512.IsHardwareAccelerated;

    public static bool HasManyRegisters => true;

    public static Lanes512 Indices => new(Vector512.CreateSequence(0f, 1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes512 value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* destination, Lanes512 value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 left, Lanes512 right, Lanes512 addend) =>
        new(Vector512.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes512 sum, Lanes512 left, Lanes512 right) =>
        sum._value = Vector512.MultiplyAddEstimate(left._value, right._value, sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 first, Lanes512 second) => new(Vector512.MaxNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 first, Lanes512 second) => new(Vector512.MinNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereLess(Lanes512 left, Lanes512 right, Lanes512 then, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 CopySign(Lanes512 value, Lanes512 sign) => new(Vector512.ConditionalSelect(Vector512.Create(-0f), sign._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Exponent(Lanes512 x) => new(Vector512.ConvertToSingle((x._value.AsInt32() - Vector512.Create(Lanes1.RootOfHalf)) >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Significand(Lanes512 x) =>
        new((x._value.AsInt32() - (((x._value.AsInt32() - Vector512.Create(Lanes1.RootOfHalf)) >> 23) << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereSet(bool* flags, Lanes512 then, Lanes512 otherwise)
    {
        Vector512<uint> set = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(Vector128.Load((byte*)flags))
            : Vector512.Create(Avx2.ConvertToVector256Int32((byte*)flags), Avx2.ConvertToVector256Int32((byte*)flags + Vector256<int>.Count)).AsUInt32();
        return new(Vector512.ConditionalSelect(Vector512.Equals(set, Vector512<uint>.Zero).AsSingle(), otherwise._value, then._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SquareRoot(Lanes512 value) => new(Vector512.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LowBitsToExponent(Lanes512 value) => new((value._value.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 TimesPowerOfTwo(Lanes512 value, Lanes512 n) =>
        Avx512F.IsSupported ? new(Avx512F.Scale(value._value, n._value)) : Exponential.TimesPowerOfTwoByBits(value, n);

    /// <remarks>
    /// One instruction takes the fraction and one multiplies by a power of two, and both know ∞ and NaN: nine operations where the bits need twelve. Measured, that makes
    /// the softmax inside attention an eighth faster.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 PowerOfTwo(Lanes512 x)
    {
        if (!Avx512DQ.IsSupported)
        {
            return Exponential.PowerOfTwoByBits(x);
        }

        const byte ToNearest = 0b1000;
        Vector512<float> fraction = Avx512DQ.Reduce(x._value, ToNearest);
        Lanes512 power = Exponential.PowerOfTwoOfFraction<Lanes512>(new(fraction));
        return new(Avx512F.Scale(power._value, x._value - fraction));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SwapNeighbours(Lanes512 value) => new(Vector512.Shuffle(value._value, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(float* destination, Lanes512 first, Lanes512 second, Lanes512 third, Lanes512 fourth) =>
        Lanes256.StoreSums(destination, Folded(first), Folded(second), Folded(third), Folded(fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes256 Folded(Lanes512 value) => new(value._value.GetLower() + value._value.GetUpper());

    public static float SumOf(Lanes512 value) => Vector512.Sum(value._value);

    public static float MaxOf(Lanes512 value) => Lanes256.MaxOf(new(Vector256.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    public static Lanes512 IntegerIndices => new(Vector512.CreateSequence(0u, 1u).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 BroadcastInteger(uint value) => new(Vector512.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddInteger(Lanes512 left, Lanes512 right) => new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SubtractInteger(Lanes512 left, Lanes512 right) => new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyInteger(Lanes512 left, Lanes512 right) => new((left._value.AsUInt32() * right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Xor(Lanes512 left, Lanes512 right) => new((left._value.AsUInt32() ^ right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ShiftIntegerRight(Lanes512 value, [ConstantExpected] byte count) => new((value._value.AsUInt32() >>> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 RotateIntegerLeft(Lanes512 value, [ConstantExpected] byte count) =>
        new((Avx512F.IsSupported ? Avx512F.RotateLeft(value._value.AsUInt32(), count) : (value._value.AsUInt32() << count) | (value._value.AsUInt32() >>> (32 - count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 WhereIntegerLess(Lanes512 left, Lanes512 right, Lanes512 then, Lanes512 otherwise) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left._value.AsUInt32(), right._value.AsUInt32()).AsSingle(), then._value, otherwise._value));
}
