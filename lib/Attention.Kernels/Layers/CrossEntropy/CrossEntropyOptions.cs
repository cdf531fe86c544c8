namespace Attention.Kernels;

/// <summary>What the losses of many rows become.</summary>
public enum LossReduction
{
    /// <summary>Their mean over the rows that count.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}

/// <summary>Which cross-entropy. The default value is the plain one: every row counts, and one class is right.</summary>
public readonly record struct CrossEntropyOptions
{
    /// <summary>ε from 0 to 1: the share of the probability that is spread over all classes alike (Szegedy et al. 2016, § 7).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>The target of rows that do not count, such as padding; null: all count.</summary>
    public int? IgnoreIndex { get; init; }

    /// <summary>Mean or sum.</summary>
    public LossReduction Reduction { get; init; }

    internal void Check()
    {
        if (!(LabelSmoothing >= 0 && LabelSmoothing <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"LabelSmoothing: expected 0 to 1, got {LabelSmoothing:R}"));
        }

        if (Reduction is not (LossReduction.Mean or LossReduction.Sum))
        {
            throw new ArgumentException(FormattableString.Invariant($"Reduction: expected Mean or Sum, got {(int)Reduction}"));
        }
    }

    /// <summary>How many rows count.</summary>
    internal int CountOf(ReadOnlySpan<int> targets) => targets.Length - (IgnoreIndex is { } ignored ? targets.Count(ignored) : 0);

    /// <summary>What a row's loss is multiplied with in the reduction.</summary>
    internal double Share(ReadOnlySpan<int> targets) => Reduction == LossReduction.Sum ? 1 : 1.0 / Math.Max(1, CountOf(targets));
}
