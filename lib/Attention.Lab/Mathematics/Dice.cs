namespace Attention.Lab;

/// <summary>Random numbers that are the same on every machine and in every version of .NET.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014); normal numbers as a sum of twelve uniform ones (Irwin–Hall), so that no library's logarithm has a say.</remarks>
internal sealed class Dice(int seed)
{
    private ulong _state = (ulong)seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D;

    /// <summary>A whole number from the first to the last, both included.</summary>
    public int Whole(int first, int last) => first + (int)(Next() % (ulong)(last - first + 1));

    /// <summary>A number from 0 up to but not including 1, with 24 bits, so that a float holds it exactly.</summary>
    public float Uniform() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>A number around 0 with variance 1; never beyond ±6.</summary>
    public float Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += Uniform();
        return (float)sum;
    }

    /// <summary>True once in so many throws.</summary>
    public bool OneIn(int throws) => Whole(1, throws) == 1;

    public T Pick<T>(params T[] choices) => choices[Whole(0, choices.Length - 1)];

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
