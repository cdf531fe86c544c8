using static System.FormattableString;

namespace Attention.Models;

/// <summary>How the next token is drawn from logits. What is not set leaves the model's own probabilities.</summary>
/// <example>
/// <code>
/// float[] logits = [1, 3, 2, -1];
/// Sampling sampling = new() { Temperature = 0.5f, TopK = 2 };
/// Console.WriteLine(string.Join(" ", sampling.Probabilities(logits).Select(p =&gt; p.ToString("F2")))); // prints 0.00 0.88 0.12 0.00
/// Console.WriteLine(Sampling.Greedy.Next(logits, new RandomSource(1))); // prints 1
/// </code>
/// </example>
public sealed record Sampling
{
    /// <summary>Always the likeliest token; of equal ones the first.</summary>
    public static Sampling Greedy { get; } = new() { Temperature = 0 };

    /// <summary>What logits are divided by: below 1 likely tokens get likelier, above 1 all get more alike (Ackley, Hinton and Sejnowski 1985). 0: the likeliest token always.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>How many of the likeliest tokens may be drawn; 0: all (Fan, Lewis and Dauphin 2018, § 5.4).</summary>
    public int TopK { get; init; }

    /// <summary>Only the fewest likeliest tokens whose probabilities together reach this share may be drawn; 1: all (Holtzman et al. 2020, § 3.1).</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Draws a token.</summary>
    /// <param name="logits">One of each token; −∞ for one that must not be drawn.</param>
    /// <param name="random">Where chance comes from; not asked where there is no choice.</param>
    /// <returns>The token's index.</returns>
    /// <exception cref="ArgumentException">No logit is finite, one is NaN or ∞, or a setting is out of range.</exception>
    public int Next(ReadOnlySpan<float> logits, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Temperature == 0 || TopK == 1)
        {
            return Check(logits);
        }

        float[] probabilities = Probabilities(logits);
        double left = random.NextDouble();
        int last = 0;
        for (int token = 0; token < probabilities.Length && left >= 0; token++)
        {
            if (probabilities[token] > 0)
            {
                last = token;
                left -= probabilities[token];
            }
        }

        return last;
    }

    /// <summary>What tokens are drawn by: the probabilities after temperature, top-k and top-p, in this order.</summary>
    /// <param name="logits">One of each token; −∞ for one that must not be drawn.</param>
    /// <returns>One of each token; their sum is 1.</returns>
    /// <exception cref="ArgumentException">No logit is finite, one is NaN or ∞, or a setting is out of range.</exception>
    public float[] Probabilities(ReadOnlySpan<float> logits)
    {
        int first = Check(logits);
        var probabilities = new float[logits.Length];
        if (Temperature == 0)
        {
            probabilities[first] = 1;
            return probabilities;
        }

        double total = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            probabilities[token] = MathF.Exp((logits[token] - logits[first]) / Temperature);
            total += probabilities[token];
        }

        return (TopK > 0 && TopK < logits.Length) || TopP < 1 ? Likeliest(probabilities) : Divided(probabilities, total);
    }

    private float[] Likeliest(float[] weights)
    {
        int count = TopK > 0 ? Math.Min(TopK, weights.Length) : weights.Length;
        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(token => weights[token]).Take(count)];
        double enough = TopP * order.Sum(token => (double)weights[token]), total = 0;
        var kept = new float[weights.Length];
        foreach (int token in order)
        {
            kept[token] = weights[token];
            total += weights[token];
            if (total >= enough)
            {
                break;
            }
        }

        return Divided(kept, total);
    }

    private static float[] Divided(float[] weights, double total)
    {
        for (int token = 0; token < weights.Length; token++)
        {
            weights[token] = (float)(weights[token] / total);
        }

        return weights;
    }

    /// <returns>The likeliest token.</returns>
    private int Check(ReadOnlySpan<float> logits)
    {
        if (!(Temperature >= 0 && float.IsFinite(Temperature)) || TopK < 0 || !(TopP > 0 && TopP <= 1))
        {
            throw new ArgumentException(Invariant($"sampling: expected a temperature of at least 0, a top-k of at least 0 and a top-p above 0 and up to 1, got {Temperature}, {TopK} and {TopP}"));
        }

        int best = -1;
        for (int token = 0; token < logits.Length; token++)
        {
            if (float.IsNaN(logits[token]) || float.IsPositiveInfinity(logits[token]))
            {
                throw new ArgumentException(Invariant($"sampling: the logit of token {token} is {logits[token]}"));
            }

            if (best < 0 ? float.IsFinite(logits[token]) : logits[token] > logits[best])
            {
                best = token;
            }
        }

        return best >= 0 ? best : throw new ArgumentException(Invariant($"sampling: none of {logits.Length} logits is finite"));
    }
}
