namespace Attention.Models;

/// <summary>How surprised a language model is.</summary>
public static class LanguageModelling
{
    /// <summary>Perplexity: e to the mean surprise per token. A model that chooses evenly among V words has perplexity V.</summary>
    /// <param name="logProbabilities">The natural logarithm of the probability that the model gave to each token that came; −∞ makes it infinite.</param>
    public static double Perplexity(IReadOnlyCollection<double> logProbabilities)
    {
        Segments.CheckNotEmpty(nameof(logProbabilities), logProbabilities);
        return Math.Exp(-logProbabilities.Average());
    }
}
