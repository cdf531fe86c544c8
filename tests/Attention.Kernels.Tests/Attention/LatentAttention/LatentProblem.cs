using static Attention.Kernels.LatentAttention;

namespace Attention.Kernels.Tests;

/// <summary>One latent attention with its data.</summary>
internal sealed class LatentProblem
{
    /// <summary>In the order of the library's arguments.</summary>
    public static readonly string[] GradientNames =
        ["keyGradient", "valueGradient", "queryGradient", "latentGradient", "rotaryKeyGradient", "keyWeightsGradient", "valueWeightsGradient"];

    private readonly LatentShape shape;

    public LatentProblem(LatentShape shape, int seed)
    {
        this.shape = shape;
        Draw draw = new(seed);
        Query = draw.Normal(shape.Batch * shape.Queries * shape.Heads * shape.Width);
        Latent = draw.Normal(shape.Batch * shape.Keys * shape.Latent);
        RotaryKey = draw.Normal(shape.Batch * shape.Keys * shape.Rotary);
        KeyWeights = draw.Normal(shape.Latent * shape.Heads * shape.Content, 1 / Math.Sqrt(shape.Latent));
        ValueWeights = draw.Normal(shape.Latent * shape.Heads * shape.ValueWidth, 1 / Math.Sqrt(shape.Latent));
    }

    public float[] Query { get; }

    public float[] Latent { get; }

    public float[] RotaryKey { get; }

    public float[] KeyWeights { get; }

    public float[] ValueWeights { get; }

    public int KeyCount => shape.Batch * shape.Keys * shape.Heads * shape.Width;

    public int ValueCount => shape.Batch * shape.Keys * shape.Heads * shape.ValueWidth;

    public int OutputCount => shape.Batch * shape.Queries * shape.Heads * shape.ValueWidth;

    public int RowCount => shape.Batch * shape.Heads * shape.Queries;

    public (double[], double[], double[], double[], double[]) Doubles() =>
        (Double(Query), Double(Latent), Double(RotaryKey), Double(KeyWeights), Double(ValueWeights));

    public Expected Oracle(bool causal)
    {
        (double[] q, double[] c, double[] r, double[] k, double[] v) = Doubles();
        return LatentOracle.Forward(shape, causal, q, c, r, k, v);
    }

    public float[] Naive(Mask mask)
    {
        float[] output = new float[OutputCount];
        ForwardNaive(shape, Query, Latent, RotaryKey, KeyWeights, ValueWeights, new float[KeyCount], new float[ValueCount], output, mask: mask);
        return output;
    }

    /// <summary>A paged cache, filled one token of each sequence after the other.</summary>
    public KeyValueCache Cache()
    {
        KeyValueCache cache = KeyValueCache.Paged(shape.Cache, new(1, shape.Rotary + shape.Latent, shape.Latent, 16, shape.Batch * ((shape.Keys / 16) + 1), valuesEndKeys: true));
        for (int j = 0; j < shape.Keys; j++)
        {
            AppendLatents(shape with { Keys = 1 }, cache, Column(Latent, j, shape.Latent), Column(RotaryKey, j, shape.Rotary));
        }

        return cache;
    }

    private static double[] Double(float[] values) => Array.ConvertAll(values, value => (double)value);

    private float[] Column(float[] rows, int j, int width) =>
        [.. Enumerable.Range(0, shape.Batch).SelectMany(b => rows.Skip(((b * shape.Keys) + j) * width).Take(width))];

    public float[][] Inputs => [Query, Latent, RotaryKey, KeyWeights, ValueWeights];

    /// <summary>The gradients, in the order of <see cref="GradientNames"/>.</summary>
    public float[][] Gradients(float[] slopes, Mask mask, AttentionOptions options, Fence fence = Fence.End)
    {
        float[] key = new float[KeyCount], value = new float[ValueCount], output = new float[OutputCount], logSumExp = new float[RowCount];
        Forward(shape, Query, Latent, RotaryKey, KeyWeights, ValueWeights, key, value, output, logSumExp, mask, options);
        return FencedCall.Run(fence, [Query, Latent, KeyWeights, ValueWeights, key, value, output, logSumExp, slopes], Counts, (x, d) =>
            Backward(
                shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span,
                d[0].Span, d[1].Span, d[2].Span, d[3].Span, d[4].Span, d[5].Span, d[6].Span, mask, options));
    }

    public float[][] GradientsNaive(float[] slopes, Mask mask)
    {
        float[] key = new float[KeyCount], value = new float[ValueCount], output = new float[OutputCount], logSumExp = new float[RowCount];
        ForwardNaive(shape, Query, Latent, RotaryKey, KeyWeights, ValueWeights, key, value, output, logSumExp, mask);
        return FencedCall.Run(Fence.End, [Query, Latent, KeyWeights, ValueWeights, key, value, output, logSumExp, slopes], Counts, (x, d) =>
            BackwardNaive(
                shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span,
                d[0].Span, d[1].Span, d[2].Span, d[3].Span, d[4].Span, d[5].Span, d[6].Span, mask));
    }

    private int[] Counts => [KeyCount, ValueCount, Query.Length, Latent.Length, RotaryKey.Length, KeyWeights.Length, ValueWeights.Length];
}
