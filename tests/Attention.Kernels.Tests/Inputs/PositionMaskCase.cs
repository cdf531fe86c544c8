namespace Attention.Kernels.Tests;

/// <summary>What queries and keys are to each other when both end together: query i stands where key i + M − N stands.</summary>
internal abstract record PositionMaskCase(AttentionShape Shape) : MaskCase
{
    /// <summary>How far the key stands behind the query; negative when it stands before.</summary>
    protected long Ahead(int i, int j) => (long)j - (i + Shape.Keys - Shape.Queries);
}

/// <summary>The keys around a query, and the first of its sequence, which begins where Starts say if another mask has hidden what comes before.</summary>
internal sealed record WindowCase(AttentionShape Shape, int Before, int After, int Sinks, KeyStartsCase? Starts = null) : PositionMaskCase(Shape)
{
    public override bool Visible(int b, int h, int i, int j) => j < (Starts?.Starts[b] ?? 0) + (long)Sinks || (-Ahead(i, j) <= Before && Ahead(i, j) <= After);

    public override MaskCase Head(int b, int h) => this with { Starts = (KeyStartsCase?)Starts?.Head(b, h) };

    public override Mask Build(Fences fences) => Mask.Window(Before, After, Sinks);
}

/// <summary>Keys before starts[b] are hidden.</summary>
internal sealed record KeyStartsCase(int[] Starts) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j) => j >= Starts[b];

    public override MaskCase Head(int b, int h) => new KeyStartsCase([Starts[b]]);

    public override Mask Build(Fences fences) => Mask.KeyStarts(fences.Input(Starts, "key starts"));
}

/// <summary>Each head loses its slope per step of distance.</summary>
internal sealed record AlibiCase(AttentionShape Shape, float[] Slopes) : PositionMaskCase(Shape)
{
    public override float Bias(int b, int h, int i, int j) => -Slopes[h] * Math.Abs(Ahead(i, j));

    public override MaskCase Head(int b, int h) => new AlibiCase(Shape, [Slopes[h]]);

    public override Mask Build(Fences fences) => Mask.Alibi(fences.Input(Slopes, "slopes"));
}

/// <summary>T5's buckets, in the words of its paper: half of a direction's buckets for exact distances, the other half for logarithmic ones; −∞ hides.</summary>
internal sealed record RelativeBiasCase(AttentionShape Shape, float[] Table, int Buckets, bool IsBidirectional, int MaxDistance) : PositionMaskCase(Shape)
{
    public override bool Visible(int b, int h, int i, int j) => !float.IsNegativeInfinity(Bias(b, h, i, j));

    public override float Bias(int b, int h, int i, int j) => Table[(h * Buckets) + Bucket((int)Ahead(i, j), Buckets, IsBidirectional, MaxDistance)];

    public override MaskCase Head(int b, int h) => this with { Table = Table[(h * Buckets)..((h + 1) * Buckets)] };

    public override Mask Build(Fences fences) => Mask.RelativeBias(fences.Input(Table, "table"), Buckets, IsBidirectional, MaxDistance);

    /// <summary>As the code that came with the paper has it.</summary>
    public static int Bucket(int relativePosition, int buckets, bool isBidirectional, int maxDistance)
    {
        int bucket = 0;
        int n = -relativePosition;
        if (isBidirectional)
        {
            buckets /= 2;
            bucket += n < 0 ? buckets : 0;
            n = Math.Abs(n);
        }
        else
        {
            n = Math.Max(n, 0);
        }

        int exact = buckets / 2;
        int wide = n == 0 ? 0 : exact + (int)(Math.Log(n / (double)exact) / Math.Log(maxDistance / (double)exact) * (buckets - exact));
        return bucket + (n < exact ? n : Math.Min(wide, buckets - 1));
    }
}

/// <summary>Squares of queries and keys, seen as a whole or not at all; the last of a row or column may be cut off.</summary>
internal sealed record BlocksCase(AttentionShape Shape, int Size, bool IsPerHead, bool[] Layout) : MaskCase
{
    public int Rows => (Shape.Queries + Size - 1) / Size;

    public int Columns => (Shape.Keys + Size - 1) / Size;

    public override bool Visible(int b, int h, int i, int j) => Layout[((((IsPerHead ? h : 0) * Rows) + (i / Size)) * Columns) + (j / Size)];

    public override MaskCase Head(int b, int h) =>
        IsPerHead ? this with { IsPerHead = false, Layout = Layout.AsSpan(h * Rows * Columns, Rows * Columns).ToArray() } : this;

    public override Mask Build(Fences fences) => Mask.Blocks(fences.Input(Layout, "layout"), Size);
}
