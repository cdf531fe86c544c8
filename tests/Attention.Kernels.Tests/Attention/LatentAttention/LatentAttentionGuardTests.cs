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
        for (int gradient = 0; gradient < LatentGradients.Count; gradient++)
        {
            for (int input = 0; input < Inputs.Length; input++)
            {
                Refuses($"{LatentGradients.NameOf(gradient)}: must not overlap {Inputs[input]}", gradient, shared, input, null);
            }

            for (int other = 0; other < gradient; other++)
            {
                Refuses($"{LatentGradients.NameOf(gradient)}: must not overlap {LatentGradients.NameOf(other)}", gradient, shared, null, other);
            }
        }

        Assert.All(shared, number => Assert.Equal(0, number));
    }

    [Fact]
    public void Backward_WrongLengths_AreRefused()
    {
        string[] arithmetic = ["2×4×2×5 = 80", "2×4×2×4 = 64", "2×3×2×5 = 60", "2×4×5 = 40", "2×4×2 = 16", "5×2×3 = 30", "5×2×4 = 40"];
        for (int gradient = 0; gradient < LatentGradients.Count; gradient++)
        {
            Memory<float>[] x = [.. InputCounts.Select(count => new float[count].AsMemory())], d = [.. GradientCounts.Select(count => new float[count].AsMemory())];
            d[gradient] = new float[1];
            Says($"{LatentGradients.NameOf(gradient)}: expected {arithmetic[gradient]} floats, got 1", x, d);
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

        static float[] Flat(float[,] matrix) => [.. matrix.Cast<float>()];
    }

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
