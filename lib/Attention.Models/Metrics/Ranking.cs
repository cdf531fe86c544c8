namespace Attention.Models;

/// <summary>How well a ranked list, such as a recommendation, puts what is relevant first. Ranks count from 0.</summary>
public static class Ranking
{
    /// <summary>1 when something relevant is among the first k, otherwise 0. Averaged over users it is the hit rate.</summary>
    /// <param name="ranked">Items, best first, each at most once.</param>
    /// <param name="relevant">What should be found.</param>
    /// <param name="k">How far down to look.</param>
    public static double Hit<T>(IReadOnlyList<T> ranked, IReadOnlySet<T> relevant, int k) => Positive(k) > FirstRank(ranked, relevant) ? 1 : 0;

    /// <summary>1/(rank + 1) of the first relevant item; 0 when there is none (Voorhees 1999). Averaged over queries it is the mean reciprocal rank.</summary>
    /// <param name="ranked">Items, best first, each at most once.</param>
    /// <param name="relevant">What should be found.</param>
    public static double ReciprocalRank<T>(IReadOnlyList<T> ranked, IReadOnlySet<T> relevant) => FirstRank(ranked, relevant) is int rank ? 1.0 / (rank + 1) : 0;

    /// <summary>Normalised discounted cumulative gain: what the first k items are worth, each divided by log₂(rank + 2), as a share of the best order's worth.</summary>
    /// <param name="gains">[n]; the worth of every item there is in the order that was given, zero or more: of a list that is cut off, the best order would be too poor.</param>
    /// <param name="k">How far down to look.</param>
    /// <returns>0 to 1; 0 when nothing is worth anything.</returns>
    /// <remarks>Järvelin and Kekäläinen 2002, with the linear gain; pass 2^grade − 1 for the exponential one.</remarks>
    public static double Ndcg(IReadOnlyList<double> gains, int k)
    {
        ArgumentNullException.ThrowIfNull(gains);
        if (gains.Any(gain => !(gain >= 0 && double.IsFinite(gain))))
        {
            throw new ArgumentException("gains: expected finite numbers, zero or more");
        }

        double best = Discounted(gains.OrderDescending(), Positive(k));
        return best == 0 ? 0 : Discounted(gains, k) / best;
    }

    /// <summary>The same where items are relevant or not: the best order has as many relevant items first as there are, whether they were ranked or not.</summary>
    /// <param name="ranked">Items, best first, each at most once; it may be cut off anywhere after k.</param>
    /// <param name="relevant">What should be found.</param>
    /// <param name="k">How far down to look.</param>
    /// <returns>0 to 1; 0 when nothing is relevant.</returns>
    public static double Ndcg<T>(IReadOnlyList<T> ranked, IReadOnlySet<T> relevant, int k)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        ArgumentNullException.ThrowIfNull(relevant);
        double best = Discounted(Enumerable.Repeat(1.0, relevant.Count), Positive(k));
        return best == 0 ? 0 : Discounted(ranked.Select(item => relevant.Contains(item) ? 1.0 : 0), k) / best;
    }

    private static double Discounted(IEnumerable<double> gains, int k) => gains.Take(k).Select((gain, rank) => gain / Math.Log2(rank + 2)).Sum();

    private static int? FirstRank<T>(IReadOnlyList<T> ranked, IReadOnlySet<T> relevant)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        ArgumentNullException.ThrowIfNull(relevant);
        for (int rank = 0; rank < ranked.Count; rank++)
        {
            if (relevant.Contains(ranked[rank]))
            {
                return rank;
            }
        }

        return null;
    }

    private static int Positive(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return k;
    }
}
