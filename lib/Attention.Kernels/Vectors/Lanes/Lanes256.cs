using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>Eight floats: AVX2.</summary>
internal unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private Vector256<float> _value = value; // not read-only: see AddProduct

    public static int Count => Vector256<float>.Count;

    public static bool IsSupported => Vector256.IsHardwareAccelerated;

    public static bool HasManyRegisters => false;

    public static Lanes256 Indices => new(Vector256.CreateSequence(0f, 1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes256 value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* destination, Lanes256 value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 left, Lanes256 right, Lanes256 addend) =>
        new(Vector256.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes256 sum, Lanes256 left, Lanes256 right) =>
        sum._value = Vector256.MultiplyAddEstimate(left._value, right._value, sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 first, Lanes256 second) => new(Vector256.MaxNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 first, Lanes256 second) => new(Vector256.MinNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereLess(Lanes256 left, Lanes256 right, Lanes256 then, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CopySign(Lanes256 value, Lanes256 sign) => new(Vector256.ConditionalSelect(Vector256.Create(-0f), sign._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Exponent(Lanes256 x) => new(Vector256.ConvertToSingle((x._value.AsInt32() - Vector256.Create(Lanes1.RootOfHalf)) >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Significand(Lanes256 x) =>
        new((x._value.AsInt32() - (((x._value.AsInt32() - Vector256.Create(Lanes1.RootOfHalf)) >> 23) << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereSet(bool* flags, Lanes256 then, Lanes256 otherwise)
    {
        Vector256<uint> set = Avx2.ConvertToVector256Int32((byte*)flags).AsUInt32();
        return new(Vector256.ConditionalSelect(Vector256.Equals(set, Vector256<uint>.Zero).AsSingle(), otherwise._value, then._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SquareRoot(Lanes256 value) => new(Vector256.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LowBitsToExponent(Lanes256 value) => new((value._value.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 TimesPowerOfTwo(Lanes256 value, Lanes256 n) => Exponential.TimesPowerOfTwoByBits(value, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 PowerOfTwo(Lanes256 x) => Exponential.PowerOfTwoByBits(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SwapNeighbours(Lanes256 value) => new(Vector256.Shuffle(value._value, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(float* destination, Lanes256 first, Lanes256 second, Lanes256 third, Lanes256 fourth) =>
        Lanes128.StoreSums(destination, Folded(first), Folded(second), Folded(third), Folded(fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes128 Folded(Lanes256 value) => new(value._value.GetLower() + value._value.GetUpper());

    public static float SumOf(Lanes256 value) => Vector256.Sum(value._value);

    public static float MaxOf(Lanes256 value) => Lanes128.MaxOf(new(Vector128.MaxNative(value._value.GetLower(), value._value.GetUpper())));

    public static Lanes256 IntegerIndices => new(Vector256.CreateSequence(0u, 1u).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 BroadcastInteger(uint value) => new(Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddInteger(Lanes256 left, Lanes256 right) => new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SubtractInteger(Lanes256 left, Lanes256 right) => new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyInteger(Lanes256 left, Lanes256 right) => new((left._value.AsUInt32() * right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Xor(Lanes256 left, Lanes256 right) => new((left._value.AsUInt32() ^ right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftIntegerRight(Lanes256 value, [ConstantExpected] byte count) => new((value._value.AsUInt32() >>> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 RotateIntegerLeft(Lanes256 value, [ConstantExpected] byte count) =>
        new(((value._value.AsUInt32() << count) | (value._value.AsUInt32() >>> (32 - count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 WhereIntegerLess(Lanes256 left, Lanes256 right, Lanes256 then, Lanes256 otherwise) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left._value.AsUInt32(), right._value.AsUInt32()).AsSingle(), then._value, otherwise._value));
}
