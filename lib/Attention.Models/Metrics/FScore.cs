namespace Attention.Models;

/// <summary>How much of what was answered is right, and how much of what is right was answered.</summary>
/// <param name="Precision">Right answers among the answers, 0 to 1.</param>
/// <param name="Recall">Right answers among what should have been answered, 0 to 1.</param>
public readonly record struct FScore(double Precision, double Recall)
{
    /// <summary>The harmonic mean of precision and recall; 0 when both are.</summary>
    public double F1 => Beta(1);

    /// <summary>The weighted harmonic mean: recall counts beta times as much as precision (van Rijsbergen 1979). 0 when both are 0.</summary>
    public double Beta(double beta)
    {
        double weight = beta * beta;
        double sum = (weight * Precision) + Recall;
        return sum == 0 ? 0 : (1 + weight) * Precision * Recall / sum;
    }

    /// <summary>Precision and recall from counts; a share of nothing is 0.</summary>
    internal static FScore Of(int right, int answered, int wanted) => new(answered == 0 ? 0 : (double)right / answered, wanted == 0 ? 0 : (double)right / wanted);
}
