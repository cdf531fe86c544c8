using static System.FormattableString;

namespace Attention.Models;

/// <summary>Which part of a task's examples: what a model learns from, or what it is tested on.</summary>
public enum Split
{
    /// <summary>Four fifths of all examples.</summary>
    Training,

    /// <summary>One fifth of all examples; none of them is ever a training example, whatever the seeds.</summary>
    Test,
}

/// <summary>A task made by rule: as many examples as one asks for, the same for the same seed on every machine, each with its answer.</summary>
/// <typeparam name="TExample">What one example is.</typeparam>
/// <remarks>To which split an example belongs is told by what it shows, not by when it was drawn, so no example is in both.</remarks>
public abstract class SyntheticTask<TExample>
{
    // So many draws without one that fits tell that the split is empty: a fifth of them should fit.
    private const int MostDraws = 10_000;

    /// <summary>Examples without end.</summary>
    /// <param name="split">Which part of them.</param>
    /// <param name="seed">Another seed, other examples.</param>
    /// <exception cref="InvalidOperationException">The task is so small that the split holds no example.</exception>
    public IEnumerable<TExample> Examples(Split split, ulong seed)
    {
        var random = new RandomSource(seed);
        while (true)
        {
            yield return Next(split, random);
        }
    }

    /// <summary>So many examples.</summary>
    /// <param name="split">Which part of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Another seed, other examples.</param>
    /// <exception cref="InvalidOperationException">The task is so small that the split holds no example.</exception>
    public TExample[] Take(Split split, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. Examples(split, seed).Take(count)];
    }

    /// <summary>Which part an example belongs to.</summary>
    public Split SplitOf(TExample example)
    {
        // FNV-1a (Fowler, Noll and Vo) over what the example shows; the upper bits are the well-mixed ones.
        ulong hash = 0xCBF29CE484222325;
        foreach (char letter in Key(example))
        {
            hash = (hash ^ letter) * 0x100000001B3;
        }

        return new RandomSource(hash).NextInt(5) == 0 ? Split.Test : Split.Training;
    }

    /// <summary>Draws one example.</summary>
    protected abstract TExample Draw(RandomSource random);

    /// <summary>What an example shows, as a text: two examples with the same text are the same.</summary>
    protected abstract string Key(TExample example);

    private TExample Next(Split split, RandomSource random)
    {
        for (int draw = 0; draw < MostDraws; draw++)
        {
            TExample example = Draw(random);
            if (SplitOf(example) == split)
            {
                return example;
            }
        }

        throw new InvalidOperationException(Invariant($"{GetType().Name}: none of {MostDraws} examples belongs to the {split} split; the task is too small to have one"));
    }
}
