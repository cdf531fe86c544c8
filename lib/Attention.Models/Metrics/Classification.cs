using static System.FormattableString;

namespace Attention.Models;

/// <summary>How often a classifier is right.</summary>
public static class Classification
{
    /// <summary>The share of right predictions.</summary>
    /// <param name="predicted">[n]; a class each.</param>
    /// <param name="right">[n]; the true class of each.</param>
    public static double Accuracy(IReadOnlyList<int> predicted, IReadOnlyList<int> right)
    {
        Segments.CheckAligned(nameof(predicted), predicted, nameof(right), right);
        Segments.CheckNotEmpty(nameof(predicted), predicted);
        return predicted.Zip(right).Average(pair => pair.First == pair.Second ? 1.0 : 0);
    }

    /// <summary>The share of examples whose true class is among the k with the highest scores. A class that ties with the true one counts as ahead of it.</summary>
    /// <param name="scores">[n, classes]; higher is likelier.</param>
    /// <param name="right">[n]; the true class of each.</param>
    /// <param name="k">How many guesses are allowed; ImageNet is judged by 1 and by 5.</param>
    public static double TopK(float[,] scores, IReadOnlyList<int> right, int k)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        (int rows, int classes) = (scores.GetLength(0), scores.GetLength(1));
        if (rows != right.Count || rows == 0)
        {
            throw new ArgumentException(Invariant($"right: expected {rows}, one for each row of scores and at least one, got {right.Count}"));
        }

        int hits = 0;
        for (int i = 0; i < rows; i++)
        {
            if (right[i] < 0 || right[i] >= classes)
            {
                throw new ArgumentException(Invariant($"right: expected a class from 0 to {classes - 1}, got {right[i]} for example {i}"));
            }

            int ahead = 0;
            for (int c = 0; c < classes; c++)
            {
                ahead += c != right[i] && !(scores[i, c] < scores[i, right[i]]) ? 1 : 0;
            }

            hits += ahead < k ? 1 : 0;
        }

        return (double)hits / rows;
    }

    /// <summary>The area under the ROC curve: how often a positive example is scored above a negative one; a tie counts half.</summary>
    /// <param name="scores">[n]; higher is likelier.</param>
    /// <param name="isPositive">[n]</param>
    /// <exception cref="ArgumentException">The lists differ in length, one class is missing, or a score is NaN.</exception>
    /// <remarks>Computed from ranks: the Mann–Whitney statistic (Hanley and McNeil 1982).</remarks>
    public static double AreaUnderCurve(IReadOnlyList<double> scores, IReadOnlyList<bool> isPositive)
    {
        Segments.CheckAligned(nameof(scores), scores, nameof(isPositive), isPositive);
        long positives = isPositive.Count(positive => positive), negatives = isPositive.Count - positives;
        if (positives == 0 || negatives == 0 || scores.Any(double.IsNaN))
        {
            throw new ArgumentException(Invariant($"scores: expected numbers for both classes, got {positives} positive, {negatives} negative and {scores.Count(double.IsNaN)} NaN"));
        }

        double wins = 0;
        long negativesBelow = 0;
        foreach (var tied in scores.Zip(isPositive).GroupBy(pair => pair.First, pair => pair.Second).OrderBy(group => group.Key))
        {
            long up = tied.Count(positive => positive), down = tied.Count(positive => !positive);
            wins += up * (negativesBelow + (down / 2.0));
            negativesBelow += down;
        }

        return wins / positives / negatives;
    }
}
