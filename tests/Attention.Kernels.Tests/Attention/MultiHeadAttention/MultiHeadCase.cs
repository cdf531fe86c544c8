namespace Attention.Kernels.Tests;

/// <summary>A multi-head attention layer with drawn inputs and parameters, in the order of <see cref="MultiHeadGradients"/>: input, memory, four weights, four biases.</summary>
internal sealed record MultiHeadCase(MultiHeadShape Shape, float[][] Values, MaskCase Mask, int Seed)
{
    public static readonly MultiHeadShape[] Shapes =
    [
        MultiHeadShape.Self(2, 5, 12, 3),
        MultiHeadShape.Self(1, 17, 40, 5),
        MultiHeadShape.Self(1, 1, 1, 1),
        MultiHeadShape.Self(1, 50, 48, 2),
        new(2, 7, 9, 10, 4, 6) { KeyHeads = 2, ValueWidth = 3, MemoryWidth = 11, OutputWidth = 5 },
        new(1, 33, 70, 16, 6, 8) { KeyHeads = 1 },
        new(2, 4, 0, 6, 2, 3),
        new(2, 0, 4, 6, 2, 3),
        new(0, 3, 3, 6, 2, 3),
    ];

    public ReadOnlySpan<float> Input => Values[0];

    public ReadOnlySpan<float> Memory => Values[1];

    public bool IsSelf => Values[1].Length == 0 && Shape.Keys == Shape.Queries;

    public MultiHeadParameters Parameters => ParametersOf(Values);

    /// <summary>Draws a layer: with a memory of its own unless the lengths agree.</summary>
    public static MultiHeadCase Draw(MultiHeadShape shape, MaskKind mask, int seed, bool withBiases = true)
    {
        Draw draw = new(seed);
        (int h, int g, int d) = (shape.Heads, shape.KeyHeads ?? shape.Heads, shape.HeadWidth);
        (int dv, int e) = (shape.ValueWidth ?? d, shape.InputWidth);
        (int ek, int eo) = (shape.MemoryWidth ?? e, shape.OutputWidth ?? e);
        bool isSelf = shape.Keys == shape.Queries && ek == e;
        int biases = withBiases ? 1 : 0;
        float[][] values =
        [
            draw.Normal(shape.Batch * shape.Queries * e),
            draw.Normal(isSelf ? 0 : shape.Batch * shape.Keys * ek),
            draw.Normal(h * d * e, 1 / Math.Sqrt(e)),
            draw.Normal(g * d * ek, 1 / Math.Sqrt(ek)),
            draw.Normal(g * dv * ek, 1 / Math.Sqrt(ek)),
            draw.Normal(eo * h * dv, 1 / Math.Sqrt(h * dv)),
            draw.Normal(biases * h * d),
            draw.Normal(biases * g * d),
            draw.Normal(biases * g * dv),
            draw.Normal(biases * eo),
        ];
        return new(shape, values, draw.Mask(mask, new(shape.Batch, h, g, shape.Queries, shape.Keys, d, dv)), seed);
    }

    public static MultiHeadParameters ParametersOf(float[][] values) => new()
    {
        QueryWeight = values[2],
        KeyWeight = values[3],
        ValueWeight = values[4],
        OutputWeight = values[5],
        QueryBias = values[6],
        KeyBias = values[7],
        ValueBias = values[8],
        OutputBias = values[9],
    };

    public static MultiHeadGradients GradientsOf(float[][] values) => new()
    {
        Input = values[0],
        Memory = values[1],
        QueryWeight = values[2],
        KeyWeight = values[3],
        ValueWeight = values[4],
        OutputWeight = values[5],
        QueryBias = values[6],
        KeyBias = values[7],
        ValueBias = values[8],
        OutputBias = values[9],
    };

    public int OutputCount => Shape.Batch * Shape.Queries * (Shape.OutputWidth ?? Shape.InputWidth);

    public override string ToString() => $"{Shape}, mask {Mask.GetType().Name}, seed {Seed}";
}
