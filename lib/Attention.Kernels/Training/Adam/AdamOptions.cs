using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How Adam steps. Make one with <c>new AdamOptions { LearningRate = ... }</c>; what is not set has the usual value.</summary>
public readonly record struct AdamOptions
{
    /// <summary>The usual values: learning rate 0.001, β₁ 0.9, β₂ 0.999, ε 1e-8, no weight decay.</summary>
    public AdamOptions()
    {
    }

    /// <summary>η, the length of a step.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>β₁ from 0 to below 1: how much of the mean of the gradients a step keeps.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>β₂ from 0 to below 1: how much of the mean of their squares a step keeps.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>ε, added to the root of the mean square.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>λ: each step first shrinks the parameters by η λ, apart from the gradient: AdamW. 0 is plain Adam.</summary>
    public float WeightDecay { get; init; }

    internal void Check()
    {
        Guard.NotNegative(nameof(LearningRate), LearningRate);
        Guard.NotNegative(nameof(Epsilon), Epsilon);
        Guard.NotNegative(nameof(WeightDecay), WeightDecay);
        CheckBeta(nameof(Beta1), Beta1);
        CheckBeta(nameof(Beta2), Beta2);
    }

    private static void CheckBeta(string name, float beta)
    {
        if (!(beta >= 0 && beta < 1))
        {
            throw new ArgumentException(Invariant($"{name}: expected at least 0 and less than 1, got {beta:R}"));
        }
    }
}
