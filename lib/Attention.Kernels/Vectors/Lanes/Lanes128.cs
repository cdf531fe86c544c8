using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Kernels;

/// <summary>Four floats: SSE on x64, AdvSimd on Arm64.</summary>
internal unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private Vector128<float> _value = value; // not read-only: see AddProduct

    public static int Count => Vector128<float>.Count;

    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static bool HasManyRegisters => false;

    public static Lanes128 Indices => new(Vector128.CreateSequence(0f, 1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes128 value) => value._value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(float* destination, Lanes128 value) => value._value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 left, Lanes128 right, Lanes128 addend) =>
        new(Vector128.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Lanes128 sum, Lanes128 left, Lanes128 right) =>
        sum._value = Vector128.MultiplyAddEstimate(left._value, right._value, sum._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 first, Lanes128 second) => new(Vector128.MaxNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 first, Lanes128 second) => new(Vector128.MinNative(first._value, second._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereLess(Lanes128 left, Lanes128 right, Lanes128 then, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left._value, right._value), then._value, otherwise._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Abs(Lanes128 value) => new(Vector128.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CopySign(Lanes128 value, Lanes128 sign) => new(Vector128.ConditionalSelect(Vector128.Create(-0f), sign._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Exponent(Lanes128 x) => new(Vector128.ConvertToSingle((x._value.AsInt32() - Vector128.Create(Lanes1.RootOfHalf)) >> 23));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Significand(Lanes128 x) =>
        new((x._value.AsInt32() - (((x._value.AsInt32() - Vector128.Create(Lanes1.RootOfHalf)) >> 23) << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereSet(bool* flags, Lanes128 then, Lanes128 otherwise)
    {
        Vector128<uint> set = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(*(uint*)flags).AsByte()));
        return new(Vector128.ConditionalSelect(Vector128.Equals(set, Vector128<uint>.Zero).AsSingle(), otherwise._value, then._value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SquareRoot(Lanes128 value) => new(Vector128.Sqrt(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LowBitsToExponent(Lanes128 value) => new((value._value.AsInt32() << 23).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 TimesPowerOfTwo(Lanes128 value, Lanes128 n) => Exponential.TimesPowerOfTwoByBits(value, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 PowerOfTwo(Lanes128 x) => Exponential.PowerOfTwoByBits(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SwapNeighbours(Lanes128 value) => new(Vector128.Shuffle(value._value, Vector128.Create(1, 0, 3, 2)));

    /// <remarks>Pairs of registers are interleaved and added, and then pairs of pairs: each lane ends as one register's sum.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSums(float* destination, Lanes128 first, Lanes128 second, Lanes128 third, Lanes128 fourth)
    {
        if (Sse.IsSupported)
        {
            Vector128<float> firstTwo = Sse.UnpackLow(first._value, second._value) + Sse.UnpackHigh(first._value, second._value);
            Vector128<float> lastTwo = Sse.UnpackLow(third._value, fourth._value) + Sse.UnpackHigh(third._value, fourth._value);
            (Sse.MoveLowToHigh(firstTwo, lastTwo) + Sse.MoveHighToLow(lastTwo, firstTwo)).Store(destination);
        }
        else
        {
            Vector128.Create(SumOf(first), SumOf(second), SumOf(third), SumOf(fourth)).Store(destination);
        }
    }

    public static float SumOf(Lanes128 value) => Vector128.Sum(value._value);

    public static float MaxOf(Lanes128 value) => MathF.Max(MathF.Max(value._value[0], value._value[1]), MathF.Max(value._value[2], value._value[3]));

    public static Lanes128 IntegerIndices => new(Vector128.CreateSequence(0u, 1u).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 BroadcastInteger(uint value) => new(Vector128.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddInteger(Lanes128 left, Lanes128 right) => new((left._value.AsUInt32() + right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SubtractInteger(Lanes128 left, Lanes128 right) => new((left._value.AsUInt32() - right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyInteger(Lanes128 left, Lanes128 right) => new((left._value.AsUInt32() * right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Xor(Lanes128 left, Lanes128 right) => new((left._value.AsUInt32() ^ right._value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftIntegerRight(Lanes128 value, [ConstantExpected] byte count) => new((value._value.AsUInt32() >>> count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 RotateIntegerLeft(Lanes128 value, [ConstantExpected] byte count) =>
        new(((value._value.AsUInt32() << count) | (value._value.AsUInt32() >>> (32 - count))).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 WhereIntegerLess(Lanes128 left, Lanes128 right, Lanes128 then, Lanes128 otherwise) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left._value.AsUInt32(), right._value.AsUInt32()).AsSingle(), then._value, otherwise._value));
}
