namespace Attention.Kernels.Tests;

/// <summary>Families of masks that every attention kernel is tried with.</summary>
public enum MaskKind
{
    None,
    Causal,

    /// <summary>Per batch, from no key at all to every key.</summary>
    KeyLengths,

    /// <summary>The first keys hidden, so that whole first tiles of keys are.</summary>
    LeftPadding,

    /// <summary>The same, said with −∞ in a bias.</summary>
    LeftPaddingBias,

    /// <summary>Single places, whole rows and whole stretches of keys hidden; the same for all heads and batches.</summary>
    Visible,
    VisiblePerBatch,
    VisiblePerHead,
    Bias,
    BiasPerBatch,

    /// <summary>With −∞ in single places and in whole rows.</summary>
    BiasPerHead,
    CausalAndKeyLengths,
    CausalAndBias,
    KeyLengthsAndVisible,
    Everything,

    /// <summary>Some keys before a query and some after it.</summary>
    Window,

    /// <summary>The same in the past only, and the first keys.</summary>
    CausalWindowAndSinks,
    WindowAndSinks,

    /// <summary>Per batch, from no key hidden at the start to all.</summary>
    KeyStarts,
    KeyStartsAndLengths,

    /// <summary>[H, N, M]</summary>
    BiasPerHeadOfAnyBatch,
    Alibi,
    CausalAlibi,

    /// <summary>Both directions, with −∞ in some bucket.</summary>
    RelativeBias,
    CausalRelativeBias,
    Blocks,
    BlocksPerHead,
    AllDistances,

    /// <summary>Sequences that begin late, and keep their own first keys.</summary>
    CausalSinksAfterStarts,
    AllRanges,
}

internal static class MaskKinds
{
    public static readonly MaskKind[] All = Enum.GetValues<MaskKind>();

    public static MaskCase Mask(this Draw draw, MaskKind kind, AttentionShape shape) => kind switch
    {
        MaskKind.None => MaskCase.None,
        MaskKind.Causal => new CausalCase(shape),
        MaskKind.KeyLengths => draw.KeyLengths(shape),
        MaskKind.LeftPadding => draw.LeftPadding(shape),
        MaskKind.LeftPaddingBias => draw.LeftPadding(shape).AsBias(draw),
        MaskKind.Visible => draw.Visible(shape, Repeated.Everywhere),
        MaskKind.VisiblePerBatch => draw.Visible(shape, Repeated.OverHeads),
        MaskKind.VisiblePerHead => draw.Visible(shape, Repeated.Nowhere),
        MaskKind.Bias => draw.Bias(shape, Repeated.Everywhere),
        MaskKind.BiasPerBatch => draw.Bias(shape, Repeated.OverHeads),
        MaskKind.BiasPerHead => draw.Bias(shape, Repeated.Nowhere, hidden: 0.2),
        MaskKind.CausalAndKeyLengths => new BothCase(new CausalCase(shape), draw.KeyLengths(shape)),
        MaskKind.CausalAndBias => new BothCase(draw.Bias(shape, Repeated.Everywhere), new CausalCase(shape)),
        MaskKind.KeyLengthsAndVisible => new BothCase(draw.KeyLengths(shape), draw.LeftPadding(shape)),
        MaskKind.Everything => new BothCase(
            new BothCase(draw.KeyLengths(shape), draw.Bias(shape, Repeated.OverHeads)),
            new BothCase(new CausalCase(shape), draw.Visible(shape, Repeated.Nowhere))),
        MaskKind.Window => draw.Window(shape, sinks: 0),
        MaskKind.CausalWindowAndSinks => new BothCase(new CausalCase(shape), draw.Window(shape, draw.Integer(1, 5))),
        MaskKind.WindowAndSinks => draw.Window(shape, draw.Integer(1, 5)),
        MaskKind.KeyStarts => draw.KeyStarts(shape),
        MaskKind.KeyStartsAndLengths => new BothCase(draw.KeyStarts(shape), draw.KeyLengths(shape)),
        MaskKind.BiasPerHeadOfAnyBatch => draw.Bias(shape, Repeated.OverBatches),
        MaskKind.Alibi => draw.Alibi(shape),
        MaskKind.CausalAlibi => new BothCase(draw.Alibi(shape), new CausalCase(shape)),
        MaskKind.RelativeBias => draw.RelativeBias(shape, isBidirectional: true),
        MaskKind.CausalRelativeBias => new BothCase(new CausalCase(shape), draw.RelativeBias(shape, isBidirectional: false)),
        MaskKind.Blocks => draw.Blocks(shape, isPerHead: false),
        MaskKind.BlocksPerHead => draw.Blocks(shape, isPerHead: true),
        MaskKind.AllDistances => new BothCase(new BothCase(draw.Alibi(shape), draw.RelativeBias(shape, isBidirectional: true)), draw.Bias(shape, Repeated.OverHeads, hidden: 0.1)),
        MaskKind.CausalSinksAfterStarts => new BothCase(new CausalCase(shape), draw.SinksAfterStarts(shape)),
        MaskKind.AllRanges => new BothCase(
            draw.SinksAfterStarts(shape),
            new BothCase(new BothCase(draw.KeyLengths(shape), draw.Blocks(shape, isPerHead: true)), draw.Visible(shape, Repeated.OverHeads))),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static WindowCase Window(this Draw draw, AttentionShape shape, int sinks)
    {
        // Narrow ones leave whole tiles out; now and then one that leaves nothing out.
        int Reach() => draw.Coin(0.1) ? int.MaxValue : draw.Integer(0, Math.Max(1, draw.Coin() ? 5 : shape.Keys / 3));
        return new(shape, Reach(), Reach(), sinks);
    }

    private static BothCase SinksAfterStarts(this Draw draw, AttentionShape shape)
    {
        KeyStartsCase starts = draw.KeyStarts(shape);
        return new(starts, draw.Window(shape, draw.Integer(0, 5)) with { Starts = starts });
    }

    private static KeyStartsCase KeyStarts(this Draw draw, AttentionShape shape)
    {
        int[] starts = new int[shape.Batch];
        for (int b = 0; b < starts.Length; b++)
        {
            starts[b] = draw.Coin(0.2) ? draw.Pick(0, shape.Keys) : draw.Coin() ? draw.Integer(0, shape.Keys) : Math.Max(0, shape.Keys - draw.Integer(1, 9));
        }

        return new(starts);
    }

    /// <summary>As steep as leaves every weight above the smallest float: 0 · ∞ would be another answer than (nearly 0) · ∞.</summary>
    private static AlibiCase Alibi(this Draw draw, AttentionShape shape)
    {
        float longest = Math.Max(1, shape.Queries + shape.Keys);
        return new(shape, draw.Uniform(shape.Heads, -10 / longest, 40 / longest));
    }

    private static RelativeBiasCase RelativeBias(this Draw draw, AttentionShape shape, bool isBidirectional)
    {
        int buckets = draw.Pick(4, 8, 32), maxDistance = draw.Pick(17, 40, 128);
        float[] table = draw.Normal(shape.Heads * buckets, 2);
        if (isBidirectional)
        {
            table[draw.Integer(0, table.Length - 1)] = float.NegativeInfinity;
        }

        return new(shape, table, buckets, isBidirectional, maxDistance);
    }

    private static BlocksCase Blocks(this Draw draw, AttentionShape shape, bool isPerHead)
    {
        int size = draw.Pick(1, 3, 16, 32, 50, 64, 1000);
        BlocksCase sized = new(shape, size, isPerHead, []);
        return sized with { Layout = draw.Coins(sized.Rows * sized.Columns * (isPerHead ? shape.Heads : 1), draw.Pick(0.2, 0.7)) };
    }

    public static KeyLengthsCase KeyLengths(this Draw draw, AttentionShape shape)
    {
        int[] lengths = new int[shape.Batch];
        for (int b = 0; b < lengths.Length; b++)
        {
            lengths[b] = draw.Coin(0.2) ? draw.Pick(0, shape.Keys) : draw.Integer(0, shape.Keys);
        }

        return new(lengths);
    }

    private static VisibleCase LeftPadding(this Draw draw, AttentionShape shape)
    {
        Repeated repeated = Repeated.OverHeads;
        bool[] visible = new bool[repeated.Count(shape)];
        for (int b = 0; b < shape.Batch; b++)
        {
            // All but a few keys: long enough to cover whole tiles, whatever their size.
            int padding = Math.Max(0, shape.Keys - draw.Integer(1, 9));
            for (int i = 0; i < shape.Queries; i++)
            {
                visible.AsSpan(repeated.Index(shape, b, 0, i, 0) + padding, shape.Keys - padding).Fill(true);
            }
        }

        return new(shape, repeated, visible);
    }

    /// <summary>The same mask as a bias: −∞ where it hides, and some number where it does not.</summary>
    public static BiasCase AsBias(this VisibleCase mask, Draw draw)
    {
        float[] bias = draw.Normal(mask.Table.Length);
        for (int index = 0; index < bias.Length; index++)
        {
            bias[index] = mask.Table[index] ? bias[index] : float.NegativeInfinity;
        }

        return new(mask.Shape, mask.Repeated, bias);
    }

    private static VisibleCase Visible(this Draw draw, AttentionShape shape, Repeated repeated)
    {
        bool[] visible = draw.Coins(repeated.Count(shape), 0.7);
        for (int row = 0; shape.Keys > 0 && row < visible.Length / shape.Keys; row++)
        {
            Span<bool> keys = visible.AsSpan(row * shape.Keys, shape.Keys);
            int cut = draw.Integer(0, shape.Keys);
            switch (draw.Integer(0, 5))
            {
                case 0:
                    keys.Clear();
                    break;
                case 1:
                    keys[cut..].Clear();
                    break;
                case 2:
                    keys[..cut].Clear();
                    break;
            }
        }

        return new(shape, repeated, visible);
    }

    private static BiasCase Bias(this Draw draw, AttentionShape shape, Repeated repeated, double hidden = 0)
    {
        float[] bias = draw.Normal(repeated.Count(shape), 2);
        for (int index = 0; hidden > 0 && index < bias.Length; index++)
        {
            bool whole = index / shape.Keys % 7 == 3;
            bias[index] = whole || draw.Coin(hidden) ? float.NegativeInfinity : bias[index];
        }

        return new(shape, repeated, bias);
    }
}
