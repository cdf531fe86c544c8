namespace Attention.Models;

/// <summary>How much of what was said a recogniser got wrong: edits per word or per character of the reference. Above 1 when it invents more than was said.</summary>
public static class ErrorRate
{
    /// <summary>Word error rate over a corpus: all edits divided by all words of the references.</summary>
    /// <param name="transcripts">What was recognised.</param>
    /// <param name="references">What was said, aligned with the transcripts.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or the references hold no word.</exception>
    public static double OfWords(IReadOnlyList<string> transcripts, IReadOnlyList<string> references) =>
        Of(transcripts, references, text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Character error rate over a corpus, in Unicode code points: the measure for languages that write no spaces.</summary>
    /// <param name="transcripts">What was recognised.</param>
    /// <param name="references">What was said, aligned with the transcripts.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or the references hold no character.</exception>
    public static double OfCharacters(IReadOnlyList<string> transcripts, IReadOnlyList<string> references) =>
        Of(transcripts, references, text => text.EnumerateRunes().Select(rune => rune.Value).ToArray());

    private static double Of<T>(IReadOnlyList<string> transcripts, IReadOnlyList<string> references, Func<string, T[]> split)
        where T : IEquatable<T>
    {
        Segments.CheckAligned(nameof(transcripts), transcripts, nameof(references), references);
        long edits = 0, length = 0;
        for (int i = 0; i < references.Count; i++)
        {
            T[] said = split(references[i]);
            edits += EditDistance.Between(said, split(transcripts[i])).Total;
            length += said.Length;
        }

        return length > 0 ? (double)edits / length : throw new ArgumentException("references: nothing was said, so no share of it can be wrong");
    }
}
