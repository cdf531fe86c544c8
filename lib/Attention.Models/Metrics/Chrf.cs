namespace Attention.Models;

/// <summary>chrF: the F-score of character n-grams, which needs no tokenizer and forgives a wrong ending.</summary>
/// <remarks>
/// Popović 2015 and, with words, 2017, as sacreBLEU defines them (Post 2018): precision and recall are averaged over the orders that both sides reach, n-grams are of Unicode code
/// points, white space left out; of several references the best one counts; recall weighs twice.
/// </remarks>
public static class Chrf
{
    private const int CharacterOrders = 6;
    private const double Beta = 2;
    private const string Marks = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>chrF of a corpus, 0 to 100.</summary>
    /// <param name="translations">A sentence each.</param>
    /// <param name="references">For each translation the sentences that would be right.</param>
    /// <param name="wordOrders">Word n-grams up to this length count too; 2 makes it chrF++.</param>
    public static double OfCorpus(IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references, int wordOrders = 0)
    {
        Segments.CheckAligned(nameof(translations), translations, nameof(references), references);
        ArgumentOutOfRangeException.ThrowIfNegative(wordOrders);
        var corpus = new Counts[CharacterOrders + wordOrders];
        for (int i = 0; i < translations.Count; i++)
        {
            Segments.CheckNotEmpty($"references of translation {i}", references[i]);
            Dictionary<string, int>[] translation = Runs(translations[i], wordOrders);
            Counts[] best = references[i].Select(reference => Compare(translation, Runs(reference, wordOrders))).MaxBy(Score)!;
            for (int order = 0; order < corpus.Length; order++)
            {
                corpus[order] += best[order];
            }
        }

        return Score(corpus);
    }

    /// <summary>chrF of one sentence, 0 to 100.</summary>
    /// <param name="translation">A sentence.</param>
    /// <param name="references">The sentences that would be right.</param>
    /// <param name="wordOrders">Word n-grams up to this length count too; 2 makes it chrF++.</param>
    public static double OfSentence(string translation, IReadOnlyList<string> references, int wordOrders = 0) => OfCorpus([translation], [references], wordOrders);

    private readonly record struct Counts(int Right, int Answered, int Wanted)
    {
        public static Counts operator +(Counts left, Counts right) => new(left.Right + right.Right, left.Answered + right.Answered, left.Wanted + right.Wanted);
    }

    private static Counts[] Compare(Dictionary<string, int>[] translation, Dictionary<string, int>[] reference) =>
        // Runs of an order that the reference is too short for are not held against the translation.
        [.. translation.Zip(reference, (answered, wanted) => new Counts(NGrams.Matches(answered, wanted), wanted.Count == 0 ? 0 : answered.Values.Sum(), wanted.Values.Sum()))];

    private static double Score(Counts[] orders)
    {
        Counts[] reached = [.. orders.Where(order => order is { Answered: > 0, Wanted: > 0 })];
        return reached.Length == 0 ? 0 : 100 * new FScore(
            reached.Average(order => (double)order.Right / order.Answered),
            reached.Average(order => (double)order.Right / order.Wanted)).Beta(Beta);
    }

    private static Dictionary<string, int>[] Runs(string sentence, int wordOrders)
    {
        string[] words = sentence.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string[] characters = [.. string.Concat(words).EnumerateRunes().Select(rune => rune.ToString())];
        string[] parts = [.. words.SelectMany(WithoutMark)];
        return
        [
            .. Enumerable.Range(1, CharacterOrders).Select(n => NGrams.Count(characters, n, "")),
            .. Enumerable.Range(1, wordOrders).Select(n => NGrams.Count(parts, n)),
        ];
    }

    /// <summary>A mark at the end stands apart, or else one at the start.</summary>
    private static string[] WithoutMark(string word) =>
        word.Length == 1 ? [word]
        : Marks.Contains(word[^1]) ? [word[..^1], word[^1..]]
        : Marks.Contains(word[0]) ? [word[..1], word[1..]]
        : [word];
}
