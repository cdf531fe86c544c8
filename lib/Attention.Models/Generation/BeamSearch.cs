using static System.FormattableString;

namespace Attention.Models;

/// <summary>A text that a search has found.</summary>
/// <param name="Tokens">What was written, the end token left out.</param>
/// <param name="LogProbability">The logarithm of its probability, the end token's included.</param>
/// <param name="IsFinished">Whether it ended by itself; if not, it was cut at the longest length.</param>
public sealed record Beam(IReadOnlyList<int> Tokens, double LogProbability, bool IsFinished);

/// <summary>Searches for likely texts: of all texts that go on from the best ones by a token, the best are kept (Graves 2012, algorithm 1; Sutskever, Vinyals and Le 2014, § 3.2).</summary>
public static class BeamSearch
{
    /// <summary>Searches with a model that reads each text anew.</summary>
    /// <param name="logits">The logits of every token after each of the texts, [texts, Vocabulary]. The texts have equal lengths; the first time there is one, and it is empty.</param>
    /// <param name="width">How many texts are kept; 1 is greedy.</param>
    /// <param name="longest">The longest text, the end token not counted.</param>
    /// <param name="endToken">The token that ends a text; null: texts end at the longest length alone.</param>
    /// <param name="lengthPenalty">α: texts are compared by logarithm of probability over ((5 + length) / 6)^α; 0 favours short ones, 0.6 is the Transformer's (Wu et al. 2016, eq. 14; length counts the end token).</param>
    /// <returns>At most as many texts as were kept, the best first.</returns>
    /// <exception cref="ArgumentException">A setting is out of range, or the logits have the wrong shape or hold NaN or ∞.</exception>
    public static IReadOnlyList<Beam> Find(Func<IReadOnlyList<int[]>, Tensor> logits, int width, int longest, int? endToken = null, double lengthPenalty = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return Find((texts, _) => logits(texts), width, longest, endToken, lengthPenalty);
    }

    /// <summary>Searches with a model that goes on from what it read before.</summary>
    /// <param name="logits">
    /// The logits of every token after each of the texts, [texts, Vocabulary], from the texts and, for each, which of the texts of the call before it goes on from, by one token. The texts have equal
    /// lengths; the first time there is one, and it is empty and goes on from none.
    /// </param>
    /// <param name="width">How many texts are kept; 1 is greedy.</param>
    /// <param name="longest">The longest text, the end token not counted.</param>
    /// <param name="endToken">The token that ends a text; null: texts end at the longest length alone.</param>
    /// <param name="lengthPenalty">α: texts are compared by logarithm of probability over ((5 + length) / 6)^α; 0 favours short ones, 0.6 is the Transformer's (Wu et al. 2016, eq. 14; length counts the end token).</param>
    /// <returns>At most as many texts as were kept, the best first.</returns>
    /// <exception cref="ArgumentException">A setting is out of range, or the logits have the wrong shape or hold NaN or ∞.</exception>
    public static IReadOnlyList<Beam> Find(Func<IReadOnlyList<int[]>, int[], Tensor> logits, int width, int longest, int? endToken = null, double lengthPenalty = 0)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (width < 1 || longest < 0 || !(lengthPenalty >= 0 && double.IsFinite(lengthPenalty)))
        {
            throw new ArgumentException(Invariant($"beam search: expected a width of at least 1, a longest text and a length penalty of at least 0, got {width}, {longest} and {lengthPenalty}"));
        }

        List<(int[] Tokens, double LogProbability, int Parent)> open = [([], 0, -1)];
        List<(Beam Beam, double Score)> finished = [];
        for (int length = 0; length < longest && open.Count > 0; length++)
        {
            List<(int Text, int Token, double LogProbability)> steps = Steps(logits, open, width);
            List<(int[] Tokens, double LogProbability, int Parent)> next = [];
            foreach ((int text, int token, double logProbability) in steps)
            {
                if (token == endToken)
                {
                    finished.Add((new(open[text].Tokens, logProbability, IsFinished: true), Score(logProbability, length + 1, lengthPenalty)));
                }
                else
                {
                    next.Add(([.. open[text].Tokens, token], logProbability, text));
                }
            }

            open = next;
            if (finished.Count >= width)
            {
                // What goes on only gets less likely; with the penalty of the longest text, that is the most it can reach.
                double worst = finished.Select(one => one.Score).OrderDescending().ElementAt(width - 1);
                open.RemoveAll(text => Score(text.LogProbability, longest + 1, lengthPenalty) < worst);
            }
        }

        IEnumerable<(Beam Beam, double Score)> cut = open.Select(text => (new Beam(text.Tokens, text.LogProbability, IsFinished: false), Score(text.LogProbability, text.Tokens.Length, lengthPenalty)));
        return [.. finished.Concat(cut).OrderByDescending(one => one.Score).Take(width).Select(one => one.Beam)];
    }

    private static double Score(double logProbability, int length, double penalty) => logProbability / Math.Pow((5.0 + length) / 6, penalty);

    /// <summary>The most likely ways to go on, over all texts, as many as are kept; of equal ones the first.</summary>
    private static List<(int Text, int Token, double LogProbability)> Steps(Func<IReadOnlyList<int[]>, int[], Tensor> logits, List<(int[] Tokens, double LogProbability, int Parent)> open, int width)
    {
        using MemoryScope scope = Memory.Scope();
        Tensor given = logits([.. open.Select(text => text.Tokens)], [.. open.Where(text => text.Parent >= 0).Select(text => text.Parent)]);
        if (given.Rank != 2 || given.Shape[0] != open.Count)
        {
            throw new ArgumentException(Invariant($"beam search: expected logits [{open.Count}, Vocabulary], got {given.Shape}"));
        }

        Tensor logProbabilities = given.LogSoftmax();
        var best = new PriorityQueue<(int Text, int Token, double LogProbability), (double, int)>();
        int vocabulary = given.Shape[1];
        for (int i = 0; i < given.Count; i++)
        {
            double sum = open[i / vocabulary].LogProbability + logProbabilities.Values[i];
            if (double.IsNaN(sum))
            {
                throw new ArgumentException(Invariant($"beam search: the logits after text {i / vocabulary} of {open.Count} hold NaN or ∞"));
            }

            if (!double.IsNegativeInfinity(sum))
            {
                best.Enqueue((i / vocabulary, i % vocabulary, sum), (sum, -i));
                if (best.Count > width)
                {
                    best.Dequeue();
                }
            }
        }

        List<(int Text, int Token, double LogProbability)> steps = [];
        while (best.Count > 0)
        {
            steps.Add(best.Dequeue());
        }

        steps.Reverse();
        return steps;
    }
}
