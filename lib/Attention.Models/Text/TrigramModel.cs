namespace Attention.Models;

/// <summary>A language model that looks back two tokens: trigrams with interpolated Kneser–Ney smoothing, the baseline that a neural model has to beat.</summary>
/// <remarks>
/// <para>Kneser and Ney 1995, in the interpolated form of Chen and Goodman 1998, section 2.7, with one discount D = n₁ / (n₁ + 2 n₂) per order, n₁ and n₂ being how many runs occur once and twice (½ where either is 0):</para>
/// <code>
/// p(w | u v) = max(c(u v w) − D, 0) / c(u v ·)  +  D · N(u v ·) / c(u v ·) · p(w | v)
/// </code>
/// <para>
/// N counts distinct followers. In the lower orders c counts distinct tokens before the run instead of occurrences, and below the single tokens stands 1/V for each of the V ids. Thus every token has
/// a probability above zero after any two, and the probabilities sum to 1. A context that was never seen leaves the word to the next shorter one.
/// </para>
/// </remarks>
public sealed class TrigramModel
{
    // Stands before the first token of a sequence. It is never predicted.
    private const int Start = -1;

    private readonly Order[] _orders;
    private readonly int _vocabularySize;

    private TrigramModel(Order[] orders, int vocabularySize) => (_orders, _vocabularySize) = (orders, vocabularySize);

    /// <summary>Counts the runs of one, two and three tokens.</summary>
    /// <param name="sequences">Sentences, or one long text. Where a model is to predict ends, each ends with an id for that.</param>
    /// <param name="vocabularySize">How many ids there are; they go from 0 to one less.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of them.</exception>
    public static TrigramModel Train(IEnumerable<IReadOnlyList<int>> sequences, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        Dictionary<(int, int, int), int> trigrams = [];
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            int before = Start, last = Start;
            foreach (int token in sequence)
            {
                Check(token, vocabularySize, nameof(sequences));
                trigrams[(before, last, token)] = trigrams.GetValueOrDefault((before, last, token)) + 1;
                (before, last) = (last, token);
            }
        }

        // Each distinct longer run counts once for the run without its first token.
        Dictionary<(int, int, int), int> bigrams = trigrams.Keys.CountBy(run => (Start, run.Item2, run.Item3)).ToDictionary();
        Dictionary<(int, int, int), int> unigrams = bigrams.Keys.CountBy(run => (Start, Start, run.Item3)).ToDictionary();
        return new TrigramModel([new Order(unigrams), new Order(bigrams), new Order(trigrams)], vocabularySize);
    }

    /// <summary>How probable a token is after two others.</summary>
    /// <param name="token">The token that comes.</param>
    /// <param name="last">The token right before it; null at the start of a sequence.</param>
    /// <param name="before">The token before that; null at the start of a sequence.</param>
    public double Probability(int token, int? last, int? before)
    {
        Check(token, _vocabularySize, nameof(token));
        (int u, int v) = (before ?? Start, last ?? Start);
        double probability = 1.0 / _vocabularySize;
        probability = _orders[0].Interpolate((Start, Start, token), probability);
        probability = _orders[1].Interpolate((Start, v, token), probability);
        return _orders[2].Interpolate((u, v, token), probability);
    }

    /// <summary>The natural logarithm of each token's probability after those before it in the sequence.</summary>
    public double[] LogProbabilities(IReadOnlyList<int> sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        double[] logarithms = new double[sequence.Count];
        for (int at = 0; at < sequence.Count; at++)
        {
            logarithms[at] = Math.Log(Probability(sequence[at], at > 0 ? sequence[at - 1] : null, at > 1 ? sequence[at - 2] : null));
        }

        return logarithms;
    }

    /// <summary>The perplexity of sequences: e to the mean surprise per token over all of them.</summary>
    /// <exception cref="ArgumentException">There is no token.</exception>
    public double Perplexity(IEnumerable<IReadOnlyList<int>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return LanguageModelling.Perplexity([.. sequences.SelectMany(LogProbabilities)]);
    }

    private static void Check(int token, int vocabularySize, string name)
    {
        if ((uint)token >= (uint)vocabularySize)
        {
            throw new ArgumentOutOfRangeException(name, token, $"{name}: id {token} is not among the {vocabularySize} of the vocabulary, which go from 0 to {vocabularySize - 1}");
        }
    }

    /// <summary>The runs of one length: how often each occurs, how often each context does, and how many distinct tokens follow it.</summary>
    private sealed class Order
    {
        private readonly Dictionary<(int, int, int), int> _counts;
        private readonly Dictionary<(int, int), (long Total, int Followers)> _contexts = [];
        private readonly double _discount;

        internal Order(Dictionary<(int, int, int), int> counts)
        {
            _counts = counts;
            foreach (((int u, int v, int _), int count) in counts)
            {
                (long total, int followers) = _contexts.GetValueOrDefault((u, v));
                _contexts[(u, v)] = (total + count, followers + 1);
            }

            // Where no run occurs once, or none twice, nothing tells how much to take; half an occurrence leaves something to what was never seen.
            double once = counts.Values.Count(count => count == 1), twice = counts.Values.Count(count => count == 2);
            _discount = once > 0 && twice > 0 ? once / (once + (2 * twice)) : 0.5;
        }

        internal double Interpolate((int U, int V, int Token) run, double shorter)
        {
            if (!_contexts.TryGetValue((run.U, run.V), out (long Total, int Followers) context))
            {
                return shorter;
            }

            double kept = Math.Max(_counts.GetValueOrDefault(run) - _discount, 0);
            return (kept + (_discount * context.Followers * shorter)) / context.Total;
        }
    }
}
