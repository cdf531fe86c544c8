namespace Attention.Models;

/// <summary>Random numbers that a seed determines: number i of a seed is always the same, on every machine.</summary>
/// <param name="seed">Which sequence.</param>
/// <remarks>
/// SplitMix64 (Steele, Lea and Flood 2014): a counter that is hashed. What was drawn is told by <see cref="Position"/> alone, so a checkpoint that stores seed and position resumes bit for bit.
/// A source is for one thread.
/// </remarks>
public sealed class RandomSource(ulong seed)
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Which sequence.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>How many numbers have been drawn. May be set, to go back or on.</summary>
    public ulong Position { get; set; }

    /// <summary>64 random bits: the seed of a dropout, say.</summary>
    public ulong NextSeed()
    {
        ulong z = Seed + (++Position * Golden);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double NextDouble() => (NextSeed() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 to <paramref name="end"/> − 1, each as likely as the other.</summary>
    /// <exception cref="ArgumentException">The end is not positive.</exception>
    public int NextInt(int end) => end > 0
        ? (int)(((UInt128)NextSeed() * (uint)end) >> 64)
        : throw new ArgumentException($"end: expected at least 1, got {end}");

    /// <summary>A number of the normal distribution with mean 0 and deviation 1, by the polar transform of two uniform ones (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>A source of its own, for a part that should not depend on how much the others draw.</summary>
    public RandomSource Split() => new(NextSeed());

    /// <summary>Puts a list into random order (Fisher and Yates 1938, as Durstenfeld 1964 has it).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
