namespace Attention.Kernels.Tests;

/// <summary>A mask twice: as the library takes it, and as the oracle asks about it, written apart from the library.</summary>
internal abstract record MaskCase
{
    public static readonly MaskCase None = new NoMask();

    /// <summary>True when query i of head h in batch b may attend to key j.</summary>
    public virtual bool Visible(int b, int h, int i, int j) => true;

    /// <summary>What is added to the scaled score.</summary>
    public virtual float Bias(int b, int h, int i, int j) => 0;

    /// <summary>The library's mask, its buffers behind fences.</summary>
    public abstract Mask Build(Fences fences);

    /// <summary>The mask of one head of one batch, for that head as a problem of its own.</summary>
    public abstract MaskCase Head(int b, int h);

    private sealed record NoMask : MaskCase
    {
        public override MaskCase Head(int b, int h) => this;

        public override Mask Build(Fences fences) => Mask.None;
    }
}

/// <summary>Query i sees keys j ≤ i + M − N.</summary>
internal sealed record CausalCase(AttentionShape Shape) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => j <= i + Shape.Keys - Shape.Queries;

    public override MaskCase Head(int b, int h) => this;

    public override Mask Build(Fences fences) => Mask.Causal;
}

/// <summary>Keys at or beyond lengths[b] are hidden.</summary>
internal sealed record KeyLengthsCase(int[] Lengths) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => j < Lengths[b];

    public override MaskCase Head(int b, int h) => new KeyLengthsCase([Lengths[b]]);

    public override Mask Build(Fences fences) => Mask.KeyLengths(fences.Input(Lengths, "key lengths"));
}

/// <summary>How a mask's table is repeated over batches and heads.</summary>
public enum Repeated
{
    /// <summary>[N, M]: one table for all.</summary>
    Everywhere,

    /// <summary>[B, 1, N, M]: one per batch.</summary>
    OverHeads,

    /// <summary>[H, N, M]: one per head, for all batches.</summary>
    OverBatches,

    /// <summary>[B, H, N, M]: each head its own.</summary>
    Nowhere,
}

internal static class Repeating
{
    public static int Count(this Repeated repeated, AttentionShape shape) => shape.Queries * shape.Keys * repeated switch
    {
        Repeated.Everywhere => 1,
        Repeated.OverHeads => shape.Batch,
        Repeated.OverBatches => shape.Heads,
        _ => shape.Batch * shape.Heads,
    };

    /// <summary>The table of one head of one batch.</summary>
    public static T[] Head<T>(this Repeated repeated, AttentionShape shape, T[] table, int b, int h) =>
        table.AsSpan(repeated.Index(shape, b, h, 0, 0), shape.Queries * shape.Keys).ToArray();

    public static int Index(this Repeated repeated, AttentionShape shape, int b, int h, int i, int j) => j + (shape.Keys * (i + (shape.Queries * repeated switch
    {
        Repeated.Everywhere => 0,
        Repeated.OverHeads => b,
        Repeated.OverBatches => h,
        _ => (b * shape.Heads) + h,
    })));
}

internal sealed record VisibleCase(AttentionShape Shape, Repeated Repeated, bool[] Table) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => Table[Repeated.Index(Shape, b, h, i, j)];

    public override MaskCase Head(int b, int h) => new VisibleCase(Shape, Repeated.Everywhere, Repeated.Head(Shape, Table, b, h));

    public override Mask Build(Fences fences) => Mask.Visible(fences.Input(Table, "visible"));
}

/// <summary>A bias; −∞ in it hides, as in the library.</summary>
internal sealed record BiasCase(AttentionShape Shape, Repeated Repeated, float[] Table) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => !float.IsNegativeInfinity(Bias(b, h, i, j));

    public override float Bias(int b, int h, int i, int j) => Table[Repeated.Index(Shape, b, h, i, j)];

    public override MaskCase Head(int b, int h) => new BiasCase(Shape, Repeated.Everywhere, Repeated.Head(Shape, Table, b, h));

    public override Mask Build(Fences fences) =>
        Repeated == Repeated.OverBatches ? Mask.BiasPerHead(fences.Input(Table, "bias")) : Mask.Bias(fences.Input(Table, "bias"));
}

/// <summary>Several masks at once: visible where all agree, biases added.</summary>
internal sealed record BothCase(MaskCase One, MaskCase Other) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => One.Visible(b, h, i, j) && Other.Visible(b, h, i, j);

    public override float Bias(int b, int h, int i, int j) => One.Bias(b, h, i, j) + Other.Bias(b, h, i, j);

    public override MaskCase Head(int b, int h) => new BothCase(One.Head(b, h), Other.Head(b, h));

    public override Mask Build(Fences fences) => One.Build(fences) & Other.Build(fences);
}
