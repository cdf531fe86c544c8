using System.Numerics;
using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>
/// Random numbers without a state: number <c>counter</c> of the sequence <c>seed</c> is a function of the two, so that any thread can draw any number in any order,
/// and a backward pass draws again what the forward pass drew. The same bits on every width of registers.
/// </summary>
/// <remarks>
/// XXH32 (Collet 2012) of twelve bytes, the counter and the upper half of the seed, under the seed's lower half. For a fixed seed, and a fixed upper half of the counter,
/// it is a permutation of the 2³² lower halves; and as the seed enters before and after the counter, two seeds give two permutations, not one that is shifted.
/// </remarks>
internal static class CounterRandom
{
    private const uint Prime2 = 2246822519, Prime3 = 3266489917, Prime4 = 668265263, Prime5 = 374761393;
    private const uint Bytes = 12;

    /// <summary>2⁻²⁴ less than one: what turns the float 1 + k·2⁻²³ into (k + ½)·2⁻²³, exactly.</summary>
    private const float AlmostOne = 1 - (1f / (1 << 24));

    /// <summary>32 random bits.</summary>
    internal static uint Bits(ulong seed, ulong counter)
    {
        uint bits = (uint)seed + Prime5 + Bytes;
        bits = BitOperations.RotateLeft(bits + ((uint)counter * Prime3), 17) * Prime4;
        bits = BitOperations.RotateLeft(bits + ((uint)(counter >> 32) * Prime3), 17) * Prime4;
        bits = BitOperations.RotateLeft(bits + ((uint)(seed >> 32) * Prime3), 17) * Prime4;
        bits = (bits ^ (bits >> 15)) * Prime2;
        bits = (bits ^ (bits >> 13)) * Prime3;
        return bits ^ (bits >> 16);
    }

    /// <summary>A float between 0 and 1, neither of them: (k + ½)·2⁻²³ with k from 0 to 2²³ − 1, each as likely as the other.</summary>
    internal static float Uniform(ulong seed, ulong counter) => BitConverter.UInt32BitsToSingle((Bits(seed, counter) >> 9) | 0x3F80_0000) - AlmostOne;

    /// <summary>The floats of neighbouring counters: <c>first</c>, <c>first + 1</c> ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Uniform<TLanes>(ulong seed, ulong first)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes low = TLanes.BroadcastInteger((uint)first);
        TLanes high = TLanes.BroadcastInteger((uint)(first >> 32) * Prime3);
        return Uniform(seed, low, high, TLanes.IntegerIndices);
    }

    /// <summary>The floats of one counter per lane, each moved on by the same <paramref name="offset"/>: what a panel needs whose rows stand side by side.</summary>
    /// <param name="seed">Which sequence.</param>
    /// <param name="low">What <see cref="Split"/> wrote.</param>
    /// <param name="high">What Split wrote with it.</param>
    /// <param name="offset">How far beyond the counters that were split; any, carries included.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes Uniform<TLanes>(ulong seed, TLanes low, TLanes high, uint offset)
        where TLanes : unmanaged, ILanes<TLanes> => Uniform(seed, low, high, TLanes.BroadcastInteger(offset));

    /// <summary>Takes the counters <c>first</c>, <c>first + step</c>, <c>first + 2·step</c> ... apart, ready to be loaded as lanes.</summary>
    /// <param name="first">The counter of the first lane.</param>
    /// <param name="step">From one lane's counter to the next lane's.</param>
    /// <param name="low">[count]; overwritten with bits, not with numbers.</param>
    /// <param name="high">[count]; overwritten likewise.</param>
    /// <param name="count">How many lanes, of as many registers as it takes.</param>
    internal static unsafe void Split(ulong first, ulong step, float* low, float* high, int count)
    {
        ulong counter = first;
        for (int i = 0; i < count; i++)
        {
            ((uint*)low)[i] = (uint)counter;
            ((uint*)high)[i] = (uint)(counter >> 32) * Prime3; // as the hash wants it, once rather than at every offset
            counter += step;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Uniform<TLanes>(ulong seed, TLanes low, TLanes high, TLanes offset)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.AddInteger(low, offset);
        TLanes carry = TLanes.WhereIntegerLess(sum, low, TLanes.BroadcastInteger(Prime3), TLanes.BroadcastInteger(0));

        TLanes prime3 = TLanes.BroadcastInteger(Prime3), prime4 = TLanes.BroadcastInteger(Prime4);
        TLanes bits = TLanes.AddInteger(TLanes.BroadcastInteger((uint)seed + Prime5 + Bytes), TLanes.MultiplyInteger(sum, prime3));
        bits = TLanes.MultiplyInteger(TLanes.RotateIntegerLeft(bits, 17), prime4);
        bits = TLanes.AddInteger(bits, TLanes.AddInteger(high, carry));
        bits = TLanes.MultiplyInteger(TLanes.RotateIntegerLeft(bits, 17), prime4);
        bits = TLanes.AddInteger(bits, TLanes.BroadcastInteger((uint)(seed >> 32) * Prime3));
        bits = TLanes.MultiplyInteger(TLanes.RotateIntegerLeft(bits, 17), prime4);
        bits = TLanes.MultiplyInteger(TLanes.Xor(bits, TLanes.ShiftIntegerRight(bits, 15)), TLanes.BroadcastInteger(Prime2));
        bits = TLanes.MultiplyInteger(TLanes.Xor(bits, TLanes.ShiftIntegerRight(bits, 13)), prime3);
        bits = TLanes.Xor(bits, TLanes.ShiftIntegerRight(bits, 16));
        return TLanes.Xor(TLanes.ShiftIntegerRight(bits, 9), TLanes.BroadcastInteger(0x3F80_0000)) - TLanes.Broadcast(AlmostOne);
    }
}
