using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a key–value memory network.</summary>
/// <param name="Vocabulary">How many words there are; each may be an answer.</param>
public sealed record KeyValueMemoryOptions(int Vocabulary)
{
    /// <summary>Floats in a row.</summary>
    public int Width { get; init; } = 32;

    /// <summary>How often the memory is read, one after the other.</summary>
    public int Hops { get; init; } = 2;

    internal void Check()
    {
        if (Vocabulary < 1 || Width < 1 || Hops < 1)
        {
            throw new ArgumentException(Invariant($"key–value memory: expected a vocabulary, a width and hops of at least 1, got {Vocabulary}, {Width} and {Hops}"));
        }
    }
}

/// <summary>A fact of a memory: it is found by its key, and what it tells is its value.</summary>
/// <param name="Key">Words that it is found by, such as a subject and a relation.</param>
/// <param name="Value">The word that it tells, such as the relation's object.</param>
public sealed record MemoryFact(int[] Key, int Value);

/// <summary>A question, and the facts that may help to answer it.</summary>
/// <param name="Words">The question's words; their order does not count.</param>
/// <param name="Facts">The memory.</param>
/// <param name="Answer">The right answer; it is not looked at when the question is asked.</param>
public sealed record MemoryQuestion(int[] Words, IReadOnlyList<MemoryFact> Facts, int Answer = 0);
