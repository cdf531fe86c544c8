using System.Diagnostics.CodeAnalysis;

namespace Attention.Kernels;

/// <summary>
/// Some floats side by side in one register. A kernel is written once, generic over its lanes, and the runtime compiles it once per width:
/// a call through a static abstract member of a struct costs nothing.
/// </summary>
/// <typeparam name="TSelf">The lanes themselves: <see cref="Lanes512"/>, <see cref="Lanes256"/>, <see cref="Lanes128"/> or <see cref="Lanes1"/>.</typeparam>
internal unsafe interface ILanes<TSelf>
    where TSelf : unmanaged, ILanes<TSelf>
{
    /// <summary>How many floats stand side by side.</summary>
    static abstract int Count { get; }

    /// <summary>Whether this machine has such registers, and nobody switched them off.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Whether there are 32 such registers rather than 16, so that a tile can keep 24 sums in them.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>0, 1, 2 ...</summary>
    static abstract TSelf Indices { get; }

    static abstract TSelf Broadcast(float value);

    static abstract TSelf Load(float* source);

    static abstract void Store(float* destination, TSelf value);

    /// <summary>Writes past the caches, where the hardware can: for results that nobody reads soon. See <see cref="Streaming"/>.</summary>
    /// <param name="destination">Aligned to a register.</param>
    /// <param name="value">What to write.</param>
    static abstract void StoreStreaming(float* destination, TSelf value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left · right + addend, rounded once where the hardware can, twice where it cannot.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>
    /// sum += left · right, as <see cref="MultiplyAdd"/>. The field itself is assigned: then the compiler sees that the sum stays in its register, which spares a move for each value that is
    /// used for the last time. Where two threads share a processor's front end, moves cost as much as arithmetic.
    /// </summary>
    static abstract void AddProduct(ref TSelf sum, TSelf left, TSelf right);

    /// <summary>The larger of two. NaN when the second is NaN; when only the first is, either may come out.</summary>
    static abstract TSelf Max(TSelf first, TSelf second);

    /// <summary>The smaller of two. NaN when the second is NaN; when only the first is, either may come out.</summary>
    static abstract TSelf Min(TSelf first, TSelf second);

    /// <summary>Where <paramref name="left"/> &lt; <paramref name="right"/> one value, and elsewhere, NaN included, the other.</summary>
    static abstract TSelf WhereLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);

    static abstract TSelf Abs(TSelf value);

    /// <summary>The absolute value of the one with the sign of the other, −0 and NaN included.</summary>
    static abstract TSelf CopySign(TSelf value, TSelf sign);

    /// <summary>n of x = m · 2ⁿ with m in [√½, √2), for a positive, normal and finite x; anything for another.</summary>
    static abstract TSelf Exponent(TSelf x);

    /// <summary>m of x = m · 2ⁿ; see <see cref="Exponent"/>.</summary>
    static abstract TSelf Significand(TSelf x);

    /// <summary>Where a flag is set one value, and elsewhere the other.</summary>
    /// <param name="flags">One per lane.</param>
    /// <param name="then">Where set.</param>
    /// <param name="otherwise">Where not.</param>
    static abstract TSelf WhereSet(bool* flags, TSelf then, TSelf otherwise);

    static abstract TSelf SquareRoot(TSelf value);

    /// <summary>The bits of each float moved 23 places up: what stood in the lowest eight becomes the exponent.</summary>
    static abstract TSelf LowBitsToExponent(TSelf value);

    /// <summary>value · 2ⁿ, rounded once, for whole n from −250 to 250; see <see cref="Exponential.TimesPowerOfTwoByBits"/>.</summary>
    static abstract TSelf TimesPowerOfTwo(TSelf value, TSelf n);

    /// <summary>2^x for x ≤ 0; see <see cref="Exponential.PowerOfTwoByBits"/>.</summary>
    static abstract TSelf PowerOfTwo(TSelf x);

    /// <summary>Every even lane and the one after it change places; a single lane stays.</summary>
    static abstract TSelf SwapNeighbours(TSelf value);

    /// <summary>The sums over the lanes of four registers, side by side in memory. Four at once cost little more than one.</summary>
    static abstract void StoreSums(float* destination, TSelf first, TSelf second, TSelf third, TSelf fourth);

    /// <summary>The sum over the lanes.</summary>
    static abstract float SumOf(TSelf value);

    /// <summary>The largest lane; NaN need not come out.</summary>
    static abstract float MaxOf(TSelf value);

    /// <summary>The bits of each float taken as an unsigned whole number, as all members whose name says Integer do: 0, 1, 2 ...</summary>
    static abstract TSelf IntegerIndices { get; }

    static abstract TSelf BroadcastInteger(uint value);

    /// <summary>The sum modulo 2³².</summary>
    static abstract TSelf AddInteger(TSelf left, TSelf right);

    /// <summary>The difference modulo 2³².</summary>
    static abstract TSelf SubtractInteger(TSelf left, TSelf right);

    /// <summary>The product modulo 2³².</summary>
    static abstract TSelf MultiplyInteger(TSelf left, TSelf right);

    static abstract TSelf Xor(TSelf left, TSelf right);

    /// <summary>Moved down, zeros from above.</summary>
    /// <param name="value">Whole numbers.</param>
    /// <param name="count">A constant, 1 to 31.</param>
    static abstract TSelf ShiftIntegerRight(TSelf value, [ConstantExpected] byte count);

    /// <summary>Moved up; what falls out at the top comes in below.</summary>
    /// <param name="value">Whole numbers.</param>
    /// <param name="count">A constant, 1 to 31.</param>
    static abstract TSelf RotateIntegerLeft(TSelf value, [ConstantExpected] byte count);

    /// <summary>Where <paramref name="left"/> &lt; <paramref name="right"/>, as unsigned whole numbers, one value, and elsewhere the other.</summary>
    static abstract TSelf WhereIntegerLess(TSelf left, TSelf right, TSelf then, TSelf otherwise);
}
