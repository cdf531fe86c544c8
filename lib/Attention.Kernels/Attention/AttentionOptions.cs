using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>How to run an attention kernel. The default value asks for what nearly everyone wants.</summary>
public readonly record struct AttentionOptions
{
    /// <summary>What the scores are multiplied by before the softmax; null means 1/√D (Vaswani et al. 2017, § 3.2.1).</summary>
    public float? Scale { get; init; }

    /// <summary>Keeps scores between −cap and cap, <c>cap · tanh(score / cap)</c>, after the scale and before the mask adds and hides; null leaves them as they are (Gemma Team 2024, § 2).</summary>
    public float? SoftCap { get; init; }

    /// <summary>How the rows of queries, keys, values and outputs lie in memory; masks, weights and logSumExp are [B, H, ...] in every layout.</summary>
    public AttentionLayout Layout { get; init; }

    /// <summary>Weights to leave out at random, in training; none by default.</summary>
    public WeightDropout Dropout { get; init; }

    /// <summary>How many threads may work at once, the caller's included; 0 means one per processor. Small problems stay on the caller's thread.</summary>
    public int MaxThreads { get; init; }

    /// <summary>Checked between tiles. A cancelled call throws, and leaves its outputs half written.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Bits of the registers to use, for tests that hold every width against the oracle; 0 means the widest there are.</summary>
    internal int RegisterBits { get; init; }

    /// <summary>What every kernel is told, attention or not.</summary>
    internal KernelOptions ToKernelOptions() => new() { MaxThreads = MaxThreads, Cancellation = Cancellation, RegisterBits = RegisterBits };

    /// <summary>The cap, or 0 for none.</summary>
    internal float Cap => SoftCap ?? 0;

    /// <summary>The scale for keys of this width.</summary>
    internal float ScaleFor(int width) => Scale ?? 1 / MathF.Sqrt(width);

    /// <summary>Refuses a cap where a kernel has none: to leave it out in silence would be another model.</summary>
    internal void CheckUncapped(string kernel)
    {
        if (SoftCap is { } cap)
        {
            throw new ArgumentException(Invariant($"{nameof(SoftCap)}: expected none, got {cap}; {kernel} does not cap scores"));
        }
    }

    internal static void CheckLayout(string name, AttentionLayout layout)
    {
        if (layout is not (AttentionLayout.HeadsFirst or AttentionLayout.LengthFirst))
        {
            throw new ArgumentException(Invariant($"{name}: expected HeadsFirst or LengthFirst, got {(int)layout}"));
        }
    }

    internal void Check()
    {
        Guard.NotNegative(nameof(MaxThreads), MaxThreads);
        CheckLayout(nameof(Layout), Layout);
        if (SoftCap is { } cap)
        {
            SoftmaxOptions.CheckTemperature(nameof(SoftCap), cap);
        }

        if (!(Dropout.Rate >= 0 && Dropout.Rate < 1))
        {
            throw new ArgumentException(Invariant($"{nameof(Dropout)}: expected a rate from 0 to below 1, got {Dropout.Rate}"));
        }

        // Kernels work with powers of two, and scale · log₂e must be a float too.
        if (Scale is { } scale && !(MathF.Abs(scale) <= float.MaxValue / 2))
        {
            throw new ArgumentException(Invariant($"{nameof(Scale)}: expected a finite number up to ±1.7e38, got {scale}"));
        }
    }
}
