using Attention.Kernels;

namespace Attention.Models;

/// <summary>The sizes and kinds of a multi-head attention layer.</summary>
/// <param name="Width">E: floats in a row of the input and, unless said otherwise, of everything else.</param>
/// <param name="Heads">H: query heads.</param>
public sealed record AttentionLayerOptions(int Width, int Heads)
{
    /// <summary>G: key and value heads, a divisor of the heads (Ainslie et al. 2023); null: as many as query heads.</summary>
    public int? KeyHeads { get; init; }

    /// <summary>D: floats in a head's query and key; null: Width / Heads.</summary>
    public int? HeadWidth { get; init; }

    /// <summary>Dv: floats in a head's value; null: as in a key.</summary>
    public int? ValueWidth { get; init; }

    /// <summary>Floats in a row of the memory that is attended to; null: Width.</summary>
    public int? MemoryWidth { get; init; }

    /// <summary>Whether the projections have biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The share of the weights that is dropped in training.</summary>
    public float Dropout { get; init; }

    /// <summary>What scores are multiplied by; null: 1/√D. T5 has 1.</summary>
    public float? Scale { get; init; }

    /// <summary>Turns queries and keys by their positions (Su et al. 2021); null: not.</summary>
    public RotaryTable? Rotary { get; init; }

    /// <summary>How many buckets of distances have a learned bias per head (Raffel et al. 2020, § 2.1); 0: none.</summary>
    public int RelativeBuckets { get; init; }

    /// <summary>Whether half of the buckets is for keys after the query.</summary>
    public bool IsBidirectional { get; init; } = true;

    /// <summary>From this distance on, keys share their last bucket.</summary>
    public int MaxDistance { get; init; } = 128;

    /// <summary>How the projections' weights begin; null: Xavier's uniform rule.</summary>
    public Initializer? Initializer { get; init; }

    internal int ActualKeyHeads => KeyHeads ?? Heads;

    internal int ActualHeadWidth => HeadWidth ?? Width / Heads;

    internal int ActualValueWidth => ValueWidth ?? ActualHeadWidth;

    internal void Check()
    {
        foreach ((string name, int? size) in (ReadOnlySpan<(string, int?)>)[(nameof(HeadWidth), HeadWidth), (nameof(ValueWidth), ValueWidth), (nameof(MemoryWidth), MemoryWidth)])
        {
            if (size < 1)
            {
                throw new ArgumentException(FormattableString.Invariant($"attention: {name}: expected at least 1, got {size}"));
            }
        }

        if (RelativeBuckets != 0)
        {
            _ = Mask.RelativeBias(default, RelativeBuckets, IsBidirectional, MaxDistance); // refuses what makes no buckets
        }

        if (Width < 1 || Heads < 1 || (HeadWidth is null && Width % Heads != 0))
        {
            throw new ArgumentException($"attention: {Heads} heads do not share the width {Width} evenly");
        }

        if (ActualKeyHeads < 1 || Heads % ActualKeyHeads != 0)
        {
            throw new ArgumentException($"attention: {ActualKeyHeads} key heads do not share {Heads} heads evenly");
        }

        if (!(Dropout >= 0 && Dropout < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"attention: expected a dropout of at least 0 and less than 1, got {Dropout}"));
        }
    }
}
