using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Kernels.Tests;

/// <summary>One attention problem with its data, and where it came from.</summary>
internal sealed partial record AttentionCase(string Name, AttentionShape Shape, float[] Query, float[] Key, float[] Value, MaskCase Mask)
{
    /// <summary>What scores are multiplied by; null stands for 1/√D.</summary>
    public float? Scale { get; init; }

    /// <summary>How the library reads this problem's buffers, which are kept heads first.</summary>
    public AttentionLayout Layout { get; init; }

    /// <summary>Where scores end; null for nowhere.</summary>
    public float? SoftCap { get; init; }

    public WeightDropout Dropout { get; init; }

    public Sizes Sizes => new(Shape);

    /// <summary>Draws a problem; queries and keys deviate by 1 for ordinary scores, by 30 for scores around a thousand.</summary>
    public static AttentionCase Draw(AttentionShape shape, MaskKind mask, int seed, double deviation = 1)
    {
        Draw draw = new(seed);
        Sizes sizes = new(shape);
        return new(
            $"{Describe(shape)}, mask {mask}, deviation {deviation}, seed {seed}",
            shape,
            draw.Normal(sizes.Query, deviation),
            draw.Normal(sizes.Key, deviation),
            draw.Normal(sizes.Value),
            draw.Mask(mask, shape));
    }

    /// <summary>One head of one batch as a problem of its own.</summary>
    public AttentionCase Head(int b, int h)
    {
        AttentionShape one = AttentionShape.Single(Shape.Queries, Shape.Keys, Shape.Width, Shape.ValueWidth);
        Sizes sizes = new(one);
        int queryHead = (b * Shape.Heads) + h;
        int keyHead = (b * Shape.KeyHeads) + (h / (Shape.Heads / Shape.KeyHeads));
        return this with
        {
            Name = $"batch {b} head {h} of {Name}",
            Shape = one,
            Query = Query.AsSpan(queryHead * sizes.Query, sizes.Query).ToArray(),
            Key = Key.AsSpan(keyHead * sizes.Key, sizes.Key).ToArray(),
            Value = Value.AsSpan(keyHead * sizes.Value, sizes.Value).ToArray(),
            Mask = Mask.Head(b, h),
        };
    }

    /// <summary>Reads "B×H/G×N×M×D/Dv"; G is H and Dv is D where they are left out.</summary>
    public static AttentionShape Parse(string shape)
    {
        Match match = Pattern().Match(shape);
        int Number(string group, string otherwise) =>
            int.Parse(match.Groups[group].Success ? match.Groups[group].Value : match.Groups[otherwise].Value, CultureInfo.InvariantCulture);

        return match.Success
            ? new(Number("B", "B"), Number("H", "H"), Number("G", "H"), Number("N", "N"), Number("M", "M"), Number("D", "D"), Number("V", "D"))
            : throw new FormatException(shape);
    }

    public static string Describe(AttentionShape shape) =>
        $"{shape.Batch}×{shape.Heads}/{shape.KeyHeads}×{shape.Queries}×{shape.Keys}×{shape.Width}/{shape.ValueWidth}";

    public override string ToString() => Name;

    [GeneratedRegex(@"^(?<B>\d+)×(?<H>\d+)(/(?<G>\d+))?×(?<N>\d+)×(?<M>\d+)×(?<D>\d+)(/(?<V>\d+))?$")]
    private static partial Regex Pattern();
}
