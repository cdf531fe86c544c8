using static Attention.Kernels.LatentAttention;

namespace Attention.Kernels.Tests;

public sealed class LatentAttentionGuardTests
{
    private static readonly LatentShape Shape = new(2, 2, 3, 4, 5, 2, 3, 4);

    private static readonly string[] Inputs = ["query", "latent", "keyWeights", "valueWeights", "key", "value", "output", "logSumExp", "outputGradient"];

    private static int[] InputCounts => [60, 40, 30, 40, 80, 64, 48, 12, 48];

    private static int[] GradientCounts => [80, 64, 60, 40, 16, 30, 40];

    /// <summary>No gradient may share memory with any input, nor with any other gradient; nothing is written before that is known.</summary>
    [Fact]
    public void Backward_AnyTwoBuffersOfWhichOneIsAGradient_MustNotOverlap()
    {
        float[] shared = new float[160];
        for (int gradient = 0; gradient < LatentProblem.GradientNames.Length; gradient++)
        {
            for (int input = 0; input < Inputs.Length; input++)
            {
                Refuses($"{LatentProblem.GradientNames[gradient]}: must not overlap {Inputs[input]}", gradient, shared, input, null);
            }

            for (int other = 0; other < gradient; other++)
            {
                Refuses($"{LatentProblem.GradientNames[gradient]}: must not overlap {LatentProblem.GradientNames[other]}", gradient, shared, null, other);
            }
        }

        Assert.All(shared, number => Assert.Equal(0, number));
    }

    /// <summary>The same for what Forward writes, and for both against what the mask holds.</summary>
    [Fact]
    public void Forward_AnyTwoBuffersOfWhichOneIsAResult_MustNotOverlap()
    {
        float[] shared = new float[160];
        string[] inputs = ["query", "latent", "rotaryKey", "keyWeights", "valueWeights", "bias"], results = ["key", "value", "output", "logSumExp"];
        int[] inputCounts = [60, 40, 16, 30, 40, 12], resultCounts = [80, 64, 48, 12];
        for (int result = 0; result < results.Length; result++)
        {
            for (int other = 0; other < inputs.Length + result; other++)
            {
                Memory<float>[] x = [.. inputCounts.Select(count => new float[count].AsMemory())], y = [.. resultCounts.Select(count => new float[count].AsMemory())];
                y[result] = shared.AsMemory(0, y[result].Length);
                bool isInput = other < inputs.Length;
                ref Memory<float> second = ref isInput ? ref x[other] : ref y[other - inputs.Length];
                second = shared.AsMemory(y[result].Length - 1, second.Length);
                string message = $"{results[result]}: must not overlap {(isInput ? inputs[other] : results[other - inputs.Length])}";
                Mask mask = Mask.Bias(x[5]);
                Refusal.Says(message, () => Forward(Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, y[0].Span, y[1].Span, y[2].Span, y[3].Span, mask));
                Refusal.Says(message, () => ForwardNaive(Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, y[0].Span, y[1].Span, y[2].Span, y[3].Span, mask));
            }
        }

        Memory<float>[] read = [.. InputCounts.Select(count => new float[count].AsMemory())], d = [.. GradientCounts.Select(count => new float[count].AsMemory())];
        Refusal.Says("rotaryKeyGradient: must not overlap bias", () => Backward(
            Shape,
            read[0].Span,
            read[1].Span,
            read[2].Span,
            read[3].Span,
            read[4].Span,
            read[5].Span,
            read[6].Span,
            read[7].Span,
            read[8].Span,
            d[0].Span,
            d[1].Span,
            d[2].Span,
            d[3].Span,
            d[4].Span,
            d[5].Span,
            d[6].Span,
            Mask.Bias(d[4][..12])));
        Assert.All(shared, number => Assert.Equal(0, number));
    }

    [Fact]
    public void ForwardAbsorbed_OutputOverAnInputOrDropout_IsRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(Shape.Cache, 9);
        float[] shared = new float[160], query = new float[60], keyWeights = new float[30], valueWeights = new float[40], output = new float[48];
        Refusal.Says("output: must not overlap query", () => ForwardAbsorbed(Shape, cache, shared.AsSpan(47, 60), keyWeights, valueWeights, shared.AsSpan(0, 48)));
        Refusal.Says("output: must not overlap keyWeights", () => ForwardAbsorbed(Shape, cache, query, shared.AsSpan(47, 30), valueWeights, shared.AsSpan(0, 48)));
        Refusal.Says("output: must not overlap valueWeights", () => ForwardAbsorbed(Shape, cache, query, keyWeights, shared.AsSpan(47, 40), shared.AsSpan(0, 48)));
        Refusal.Says(
            "Dropout: expected a rate of 0, got 0.1; the absorbed form continues a text and drops nothing, the expanded form trains",
            () => ForwardAbsorbed(Shape, cache, query, keyWeights, valueWeights, output, new() { Dropout = new(0.1f, 1) }));
    }

    [Fact]
    public void Backward_WrongLengths_AreRefused()
    {
        string[] arithmetic = ["2×4×2×5 = 80", "2×4×2×4 = 64", "2×3×2×5 = 60", "2×4×5 = 40", "2×4×2 = 16", "5×2×3 = 30", "5×2×4 = 40"];
        for (int gradient = 0; gradient < LatentProblem.GradientNames.Length; gradient++)
        {
            Memory<float>[] x = [.. InputCounts.Select(count => new float[count].AsMemory())], d = [.. GradientCounts.Select(count => new float[count].AsMemory())];
            d[gradient] = new float[1];
            Says($"{LatentProblem.GradientNames[gradient]}: expected {arithmetic[gradient]} floats, got 1", x, d);
        }

        string[] read =
        [
            "query: expected 2×3×2×5 = 60", "latent: expected 2×4×5 = 40", "keyWeights: expected 5×2×3 = 30", "valueWeights: expected 5×2×4 = 40", "key: expected 2×4×2×5 = 80",
            "value: expected 2×4×2×4 = 64", "output: expected 2×3×2×4 = 48", "logSumExp: expected 2×2×3 = 12", "outputGradient: expected 2×3×2×4 = 48",
        ];
        for (int input = 0; input < Inputs.Length; input++)
        {
            Memory<float>[] x = [.. InputCounts.Select(count => new float[count].AsMemory())], d = [.. GradientCounts.Select(count => new float[count].AsMemory())];
            x[input] = new float[1];
            Says($"{read[input]} floats, got 1", x, d);
        }
    }

    [Fact]
    public void Attend_Matrices_ReturnsANewOne()
    {
        Draw draw = new(31);
        float[,] query = draw.Matrix(3, 10), latent = draw.Matrix(4, 5), rotaryKey = draw.Matrix(4, 2), keyWeights = draw.Matrix(5, 6), valueWeights = draw.Matrix(5, 8);
        float[,] output = Attend(query, latent, rotaryKey, 2, keyWeights, valueWeights, Mask.Causal);
        Assert.Equal((3, 8), (output.GetLength(0), output.GetLength(1)));
        float[] expected = new float[24];
        Forward(Shape with { Batch = 1 }, Flat(query), Flat(latent), Flat(rotaryKey), Flat(keyWeights), Flat(valueWeights), new float[40], new float[32], expected, mask: Mask.Causal);
        Bits.Same("cells", expected, Flat(output));
        Refusal.Says("keyWeights: expected columns that 4 heads can share, got 6", () => Attend(query, latent, rotaryKey, 4, keyWeights, valueWeights));
        Refusal.Says("valueWeights: expected columns that 3 heads can share, got 8", () => Attend(query, latent, rotaryKey, 3, keyWeights, valueWeights));
        Refusal.Says("heads: expected at least 1, got 0", () => Attend(query, latent, rotaryKey, 0, keyWeights, valueWeights));
        Refusal.Says("rotaryKey: expected 1×4×2 = 8 floats, got 6", () => Attend(query, latent, draw.Matrix(3, 2), 2, keyWeights, valueWeights));
        Assert.Throws<ArgumentNullException>(() => Attend(query, null!, rotaryKey, 2, keyWeights, valueWeights));
    }

    [Fact]
    public void AttendAbsorbed_Matrices_ReturnsWhatTheSpansGiveOverACache()
    {
        Draw draw = new(32);
        float[,] query = draw.Matrix(3, 10), latent = draw.Matrix(4, 5), rotaryKey = draw.Matrix(4, 2), keyWeights = draw.Matrix(5, 6), valueWeights = draw.Matrix(5, 8);
        float[,] output = AttendAbsorbed(query, latent, rotaryKey, 2, keyWeights, valueWeights);
        Assert.Equal((3, 8), (output.GetLength(0), output.GetLength(1)));
        LatentShape shape = Shape with { Batch = 1 };
        using KeyValueCache cache = KeyValueCache.Contiguous(shape.Cache, 9);
        AppendLatents(shape, cache, Flat(latent), Flat(rotaryKey));
        float[] expected = new float[24];
        ForwardAbsorbed(shape, cache, Flat(query), Flat(keyWeights), Flat(valueWeights), expected);
        Bits.Same("cells", expected, Flat(output));
        Refusal.Says("keyWeights: expected columns that 4 heads can share, got 6", () => AttendAbsorbed(query, latent, rotaryKey, 4, keyWeights, valueWeights));
        Refusal.Says("query: expected 1×3×2×5 = 30 floats, got 27", () => AttendAbsorbed(draw.Matrix(3, 9), latent, rotaryKey, 2, keyWeights, valueWeights));
        Refusal.Says("rotaryKey: expected 1×4×2 = 8 floats, got 6", () => AttendAbsorbed(query, latent, draw.Matrix(3, 2), 2, keyWeights, valueWeights));
        Refusal.Says(
            "sequence 0: 3 new tokens attend, and the cache holds 2; append their keys and values first",
            () => AttendAbsorbed(query, draw.Matrix(2, 5), draw.Matrix(2, 2), 2, keyWeights, valueWeights));
        Assert.Throws<ArgumentNullException>(() => AttendAbsorbed(query, latent, null!, 2, keyWeights, valueWeights));
    }

    private static float[] Flat(float[,] matrix) => [.. matrix.Cast<float>()];

    private static void Refuses(string message, int gradient, float[] shared, int? input, int? other)
    {
        Memory<float>[] x = [.. InputCounts.Select(count => new float[count].AsMemory())], d = [.. GradientCounts.Select(count => new float[count].AsMemory())];
        d[gradient] = shared.AsMemory(0, d[gradient].Length);
        if (input is { } read)
        {
            x[read] = shared.AsMemory(d[gradient].Length - 1, x[read].Length); // one float in common
        }

        if (other is { } written)
        {
            d[written] = shared.AsMemory(d[gradient].Length - 1, d[written].Length);
        }

        Says(message, x, d);
    }

    private static void Says(string message, Memory<float>[] x, Memory<float>[] d)
    {
        Refusal.Says(message, () => Backward(
            Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span, d[0].Span, d[1].Span, d[2].Span, d[3].Span, d[4].Span, d[5].Span, d[6].Span));
        Refusal.Says(message, () => BackwardNaive(
            Shape, x[0].Span, x[1].Span, x[2].Span, x[3].Span, x[4].Span, x[5].Span, x[6].Span, x[7].Span, x[8].Span, d[0].Span, d[1].Span, d[2].Span, d[3].Span, d[4].Span, d[5].Span, d[6].Span));
    }
}
