namespace Attention.Models;

/// <summary>Symbols, and the symbols that should follow from them.</summary>
/// <param name="Source">What the model reads; no special symbols in it.</param>
/// <param name="Target">What it should write; no special symbols in it.</param>
public sealed record SequenceExample(int[] Source, int[] Target);

/// <summary>Tasks from a sequence of symbols to another: copy it, reverse it, sort it.</summary>
/// <remarks>Ids 0, 1 and 2 are kept for padding, start and end; the symbols follow from <see cref="FirstSymbol"/>.</remarks>
public sealed class SequenceTask : SyntheticTask<SequenceExample>
{
    /// <summary>Ids that no example holds, for whoever makes batches of them, and the first id that one may hold.</summary>
    public const int Padding = 0, Start = 1, End = 2, FirstSymbol = 3;

    private readonly Func<int[], int[]> _answer;
    private readonly int _symbols, _shortest, _longest;

    private SequenceTask(int symbols, int shortest, int longest, Func<int[], int[]> answer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(symbols, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shortest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, shortest);
        (_symbols, _shortest, _longest, _answer) = (symbols, shortest, longest, answer);
    }

    /// <summary>How many ids there are, the special ones among them.</summary>
    public int VocabularySize => FirstSymbol + _symbols;

    /// <summary>Writes what it reads.</summary>
    /// <param name="symbols">How many different symbols there are.</param>
    /// <param name="shortest">The shortest sequence.</param>
    /// <param name="longest">The longest sequence.</param>
    public static SequenceTask Copy(int symbols = 10, int shortest = 3, int longest = 10) => new(symbols, shortest, longest, source => [.. source]);

    /// <summary>Writes what it reads from the end to the beginning.</summary>
    /// <param name="symbols">How many different symbols there are.</param>
    /// <param name="shortest">The shortest sequence.</param>
    /// <param name="longest">The longest sequence.</param>
    public static SequenceTask Reverse(int symbols = 10, int shortest = 3, int longest = 10) => new(symbols, shortest, longest, source => [.. source.AsEnumerable().Reverse()]);

    /// <summary>Writes what it reads in ascending order.</summary>
    /// <param name="symbols">How many different symbols there are.</param>
    /// <param name="shortest">The shortest sequence.</param>
    /// <param name="longest">The longest sequence.</param>
    public static SequenceTask Sort(int symbols = 10, int shortest = 3, int longest = 10) => new(symbols, shortest, longest, source => [.. source.Order()]);

    /// <inheritdoc/>
    protected override SequenceExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] source = new int[_shortest + random.NextInt(_longest - _shortest + 1)];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = FirstSymbol + random.NextInt(_symbols);
        }

        return new SequenceExample(source, _answer(source));
    }

    /// <inheritdoc/>
    protected override string Key(SequenceExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Join(' ', example.Source);
    }
}
