using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Attention.Kernels;

/// <summary>One float: any machine, and the last resort.</summary>
internal unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    /// <summary>The bits of √½. Counted from there, the exponent's bits change where a significand passes √2, not 2.</summary>
    internal const int RootOfHalf = 0x3F3504F3;

    private float _value = value; // not read-only: see AddProduct

    public static int Count => 1;

    public static bool IsSupported => true;

    public static bool HasManyRegisters => false;

    public static Lanes1 Indices => new(0);

    public static Lanes1 Broadcast(float value) => new(value);

    public static Lanes1 Load(float* source) => new(*source);

    public static void Store(float* destination, Lanes1 value) => *destination = value._value;

    public static void StoreStreaming(float* destination, Lanes1 value) => *destination = value._value;

    public static Lanes1 operator +(Lanes1 left, Lanes1 right) => new(left._value + right._value);

    public static Lanes1 operator -(Lanes1 left, Lanes1 right) => new(left._value - right._value);

    public static Lanes1 operator *(Lanes1 left, Lanes1 right) => new(left._value * right._value);

    public static Lanes1 operator /(Lanes1 left, Lanes1 right) => new(left._value / right._value);

    // Two roundings: without the instruction, one rounding is computed in software, many times slower.
    public static Lanes1 MultiplyAdd(Lanes1 left, Lanes1 right, Lanes1 addend) => new((left._value * right._value) + addend._value);

    public static void AddProduct(ref Lanes1 sum, Lanes1 left, Lanes1 right) =>
        sum._value = (left._value * right._value) + sum._value;

    public static Lanes1 Max(Lanes1 first, Lanes1 second) => first._value > second._value ? first : second;

    public static Lanes1 Min(Lanes1 first, Lanes1 second) => first._value < second._value ? first : second;

    public static Lanes1 WhereLess(Lanes1 left, Lanes1 right, Lanes1 then, Lanes1 otherwise) => left._value < right._value ? then : otherwise;

    public static Lanes1 Abs(Lanes1 value) => new(MathF.Abs(value._value));

    public static Lanes1 CopySign(Lanes1 value, Lanes1 sign) => new(MathF.CopySign(value._value, sign._value));

    public static Lanes1 Exponent(Lanes1 x) => new((BitConverter.SingleToInt32Bits(x._value) - RootOfHalf) >> 23);

    public static Lanes1 Significand(Lanes1 x)
    {
        int bits = BitConverter.SingleToInt32Bits(x._value);
        return new(BitConverter.Int32BitsToSingle(bits - (((bits - RootOfHalf) >> 23) << 23)));
    }

    public static Lanes1 WhereSet(bool* flags, Lanes1 then, Lanes1 otherwise) => *flags ? then : otherwise;

    public static Lanes1 SquareRoot(Lanes1 value) => new(MathF.Sqrt(value._value));

    public static Lanes1 LowBitsToExponent(Lanes1 value) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value._value) << 23));

    public static Lanes1 TimesPowerOfTwo(Lanes1 value, Lanes1 n) => Exponential.TimesPowerOfTwoByBits(value, n);

    public static Lanes1 PowerOfTwo(Lanes1 x) => Exponential.PowerOfTwoByBits(x);

    public static Lanes1 SwapNeighbours(Lanes1 value) => value;

    public static void StoreSums(float* destination, Lanes1 first, Lanes1 second, Lanes1 third, Lanes1 fourth)
    {
        destination[0] = first._value;
        destination[1] = second._value;
        destination[2] = third._value;
        destination[3] = fourth._value;
    }

    public static float SumOf(Lanes1 value) => value._value;

    public static float MaxOf(Lanes1 value) => value._value;

    public static Lanes1 IntegerIndices => FromBits(0);

    public static Lanes1 BroadcastInteger(uint value) => FromBits(value);

    public static Lanes1 AddInteger(Lanes1 left, Lanes1 right) => FromBits(ToBits(left) + ToBits(right));

    public static Lanes1 SubtractInteger(Lanes1 left, Lanes1 right) => FromBits(ToBits(left) - ToBits(right));

    public static Lanes1 MultiplyInteger(Lanes1 left, Lanes1 right) => FromBits(ToBits(left) * ToBits(right));

    public static Lanes1 Xor(Lanes1 left, Lanes1 right) => FromBits(ToBits(left) ^ ToBits(right));

    public static Lanes1 ShiftIntegerRight(Lanes1 value, [ConstantExpected] byte count) => FromBits(ToBits(value) >> count);

    public static Lanes1 RotateIntegerLeft(Lanes1 value, [ConstantExpected] byte count) => FromBits(BitOperations.RotateLeft(ToBits(value), count));

    public static Lanes1 WhereIntegerLess(Lanes1 left, Lanes1 right, Lanes1 then, Lanes1 otherwise) => ToBits(left) < ToBits(right) ? then : otherwise;

    private static Lanes1 FromBits(uint bits) => new(BitConverter.UInt32BitsToSingle(bits));

    private static uint ToBits(Lanes1 value) => BitConverter.SingleToUInt32Bits(value._value);
}
