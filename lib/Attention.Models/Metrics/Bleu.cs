namespace Attention.Models;

/// <summary>BLEU: how many of a translation's n-grams some reference has, up to four words long, times a penalty for being short.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Precisions">[4]; the share of 1-, 2-, 3- and 4-grams found in a reference, 0 to 100, smoothed where none was.</param>
/// <param name="BrevityPenalty">1, or less when the translations are shorter than the references.</param>
/// <param name="Length">Tokens in the translations.</param>
/// <param name="ReferenceLength">Tokens in the references, of each sentence's the one closest in length.</param>
/// <remarks>
/// Papineni et al. 2002, as sacreBLEU defines it (Post 2018): counts are summed over the corpus before they are divided, and an order without a match is smoothed. A corpus
/// without any match scores 0.
/// </remarks>
public sealed record Bleu(double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, int Length, int ReferenceLength)
{
    private const int Orders = 4;

    /// <summary>BLEU of a corpus with one reference per sentence.</summary>
    /// <param name="translations">A sentence each.</param>
    /// <param name="references">A sentence each, aligned with the translations.</param>
    /// <param name="tokenizer">How to cut sentences into tokens.</param>
    /// <param name="smoothing">What to do about orders without a match.</param>
    public static Bleu OfCorpus(IReadOnlyList<string> translations, IReadOnlyList<string> references, BleuTokenizer tokenizer = BleuTokenizer.Standard13a, BleuSmoothing smoothing = BleuSmoothing.Exponential)
    {
        ArgumentNullException.ThrowIfNull(references);
        return OfCorpus(translations, [.. references.Select(reference => (IReadOnlyList<string>)[reference])], tokenizer, smoothing);
    }

    /// <summary>BLEU of a corpus.</summary>
    /// <param name="translations">A sentence each.</param>
    /// <param name="references">For each translation the sentences that would be right.</param>
    /// <param name="tokenizer">How to cut sentences into tokens.</param>
    /// <param name="smoothing">What to do about orders without a match.</param>
    public static Bleu OfCorpus(IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references, BleuTokenizer tokenizer = BleuTokenizer.Standard13a, BleuSmoothing smoothing = BleuSmoothing.Exponential) =>
        Of(Counted(translations, references, tokenizer), smoothing, isSentence: false);

    /// <summary>BLEU of one sentence; orders longer than the sentence are left out, so that a short one can be perfect.</summary>
    /// <param name="translation">A sentence.</param>
    /// <param name="references">The sentences that would be right.</param>
    /// <param name="tokenizer">How to cut sentences into tokens.</param>
    /// <param name="smoothing">What to do about orders without a match.</param>
    public static Bleu OfSentence(string translation, IReadOnlyList<string> references, BleuTokenizer tokenizer = BleuTokenizer.Standard13a, BleuSmoothing smoothing = BleuSmoothing.Exponential) =>
        Of(Counted([translation], [references], tokenizer), smoothing, isSentence: true);

    private sealed class Counts
    {
        internal int[] Right { get; } = new int[Orders];

        internal int[] All { get; } = new int[Orders];

        internal int Length { get; set; }

        internal int ReferenceLength { get; set; }
    }

    private static Counts Counted(IReadOnlyList<string> translations, IReadOnlyList<IReadOnlyList<string>> references, BleuTokenizer tokenizer)
    {
        Segments.CheckAligned(nameof(translations), translations, nameof(references), references);
        var counts = new Counts();
        for (int i = 0; i < translations.Count; i++)
        {
            Segments.CheckNotEmpty($"references of translation {i}", references[i]);
            Add(counts, tokenizer.Split(translations[i]), [.. references[i].Select(reference => tokenizer.Split(reference))]);
        }

        return counts;
    }

    private static void Add(Counts counts, string[] translation, string[][] references)
    {
        counts.Length += translation.Length;
        counts.ReferenceLength += references.Select(reference => reference.Length).OrderBy(length => Math.Abs(length - translation.Length)).ThenBy(length => length).First();
        for (int n = 1; n <= Orders; n++)
        {
            // A run may be used as often as it occurs in that reference which has it most often.
            var allowed = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach ((string run, int count) in references.SelectMany(reference => NGrams.Count(reference, n)))
            {
                allowed[run] = Math.Max(count, allowed.GetValueOrDefault(run));
            }

            counts.Right[n - 1] += NGrams.Matches(NGrams.Count(translation, n), allowed);
            counts.All[n - 1] += Math.Max(0, translation.Length - n + 1);
        }
    }

    private static Bleu Of(Counts counts, BleuSmoothing smoothing, bool isSentence)
    {
        if (!Enum.IsDefined(smoothing))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "no such smoothing");
        }

        double penalty = counts.Length >= counts.ReferenceLength ? 1 : counts.Length == 0 ? 0 : Math.Exp(1 - ((double)counts.ReferenceLength / counts.Length));
        var precisions = new double[Orders];
        if (counts.Right.All(right => right == 0))
        {
            return new Bleu(0, precisions, penalty, counts.Length, counts.ReferenceLength);
        }

        int reached = 0;
        double share = 1;
        for (int n = 0; n < Orders; n++)
        {
            double more = smoothing == BleuSmoothing.AddOne && n > 0 ? 1 : 0, right = counts.Right[n] + more, all = counts.All[n] + more;
            if (all == 0)
            {
                break;
            }

            reached = n + 1;
            share = right == 0 ? share / 2 : share;
            precisions[n] = 100 * (right > 0 ? right : smoothing switch
            {
                BleuSmoothing.Exponential => share,
                BleuSmoothing.Floor => 0.1,
                _ => 0,
            }) / all;
        }

        // Math.Log(0) is −∞, whose exponential is 0.
        double score = penalty * Math.Exp(precisions.Take(isSentence ? reached : Orders).Average(Math.Log));
        return new Bleu(score, precisions, penalty, counts.Length, counts.ReferenceLength);
    }
}
