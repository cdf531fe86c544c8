namespace Attention.Kernels.Tests;

public sealed class ScoreGuardTests
{
    private static readonly ScoreShape Shape = new(2, 3, 4, 5, 5, 6);

    /// <summary>One float too many in any buffer, and the message says which, and what it should have.</summary>
    [Fact]
    public void ForwardAndBackward_WrongLength_DoTheArithmetic()
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            (string Name, int Count)[] inputs = kernel.Inputs(Shape);
            Memory<float>[] good = [.. inputs.Select(input => new float[input.Count].AsMemory())], gradients = [.. inputs.Select(input => new float[input.Count].AsMemory())];
            float[] scores = new float[24];
            for (int i = 0; i < inputs.Length; i++)
            {
                Memory<float>[] bad = [.. good], badGradients = [.. gradients];
                bad[i] = new float[inputs[i].Count + 1];
                badGradients[i] = new float[inputs[i].Count + 1];
                Says(kernel, inputs[i], "", () => kernel.Forward(Shape, bad, scores, default));
                Says(kernel, inputs[i], "", () => kernel.ForwardNaive(Shape, bad, scores));
                Says(kernel, inputs[i], "", () => kernel.Backward(Shape, bad, scores, gradients, default));
                Says(kernel, inputs[i], "", () => kernel.BackwardNaive(Shape, bad, scores, gradients));
                Says(kernel, inputs[i], "Gradient", () => kernel.Backward(Shape, good, scores, badGradients, default));
                Says(kernel, inputs[i], "Gradient", () => kernel.BackwardNaive(Shape, good, scores, badGradients));
            }

            Refusal.Says("scores: expected 2×3×4 = 24 floats, got 23", () => kernel.Forward(Shape, good, scores.AsMemory(1), default));
            Refusal.Says("scores: expected 2×3×4 = 24 floats, got 23", () => kernel.ForwardNaive(Shape, good, scores.AsMemory(1)));
            Refusal.Says("scoresGradient: expected 2×3×4 = 24 floats, got 23", () => kernel.Backward(Shape, good, scores.AsMemory(1), gradients, default));
        }
    }

    [Fact]
    public void ForwardAndBackward_ResultOverAnotherBuffer_IsRefused()
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            (string Name, int Count)[] inputs = kernel.Inputs(Shape);
            Memory<float>[] good = [.. inputs.Select(input => new float[input.Count].AsMemory())], gradients = [.. inputs.Select(input => new float[input.Count].AsMemory())];
            for (int i = 0; i < inputs.Length; i++)
            {
                float[] shared = new float[inputs[i].Count + 24];
                Memory<float>[] over = [.. good];
                over[i] = shared.AsMemory(0, inputs[i].Count);
                Refusal.Says($"scores: must not overlap {inputs[i].Name}", () => kernel.Forward(Shape, over, shared.AsMemory(inputs[i].Count - 1, 24), default));
                for (int j = 0; j < inputs.Length; j++)
                {
                    float[] both = new float[inputs[i].Count + inputs[j].Count];
                    Memory<float>[] read = [.. good], written = [.. gradients];
                    read[i] = both.AsMemory(0, inputs[i].Count);
                    written[j] = both.AsMemory(inputs[i].Count - 1, inputs[j].Count);
                    Refusal.Says($"{inputs[j].Name}Gradient: must not overlap {inputs[i].Name}", () => kernel.Backward(Shape, read, new float[24], written, default));
                }
            }
        }
    }

    [Fact]
    public void Forward_SizesThatDescribeNothing_AreNamed()
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            Memory<float>[] none = [.. kernel.Inputs(Shape).Select(_ => Memory<float>.Empty)];
            Refusal.Says("Batch: expected zero or more, got -1", () => kernel.Forward(Shape with { Batch = -1 }, none, default, default));
            Refusal.Says("Queries: expected zero or more, got -3", () => kernel.Forward(Shape with { Queries = -3 }, none, default, default));
            Refusal.Says("Keys: expected zero or more, got -4", () => kernel.Forward(Shape with { Keys = -4 }, none, default, default));
            Refusal.Says("QueryWidth: expected at least 1, got 0", () => kernel.Forward(Shape with { QueryWidth = 0 }, none, default, default));
            Refusal.Says("MaxThreads: expected zero or more, got -1", () => kernel.Forward(Shape, none, default, new() { MaxThreads = -1 }));
            Refusal.Says(
                "query: 2147483647×2147483647×5 = 23058430070662103045 elements, more than the 2147483591 that one buffer can hold",
                () => kernel.Forward(Shape with { Batch = int.MaxValue, Queries = int.MaxValue }, none, default, default));
        }

        foreach (ScoreKernel kernel in ScoreKernel.All.Where(kernel => kernel.AsksForEqualWidths))
        {
            Memory<float>[] buffers = [new float[30], new float[24]];
            Refusal.Says("KeyWidth: expected QueryWidth = 5, got 3", () => kernel.Forward(Shape with { KeyWidth = 3 }, buffers, new float[24], default));
        }
    }

    /// <summary>Buffers that are all empty, over a projection that no memory could hold.</summary>
    [Fact]
    public void GeneralScore_ProjectionTooLarge_IsRefused() => Refusal.Says(
        "projected queries: 1×70000×70000 = 4900000000 elements, more than the 2147483591 that one buffer can hold",
        () => GeneralScore.Forward(new(1, 70000, 0, 1, 70000), new float[70000], [], new float[70000], []));

    [Fact]
    public void AdditiveAndConcatScore_WithoutHiddenUnits_AreRefused()
    {
        foreach (string name in (string[])[nameof(AdditiveScore), nameof(ConcatScore)])
        {
            ScoreKernel kernel = ScoreKernel.Of(name);
            Memory<float>[] inputs = [new float[30], new float[40], .. Enumerable.Repeat(Memory<float>.Empty, 4)];
            Refusal.Says("Hidden: expected at least 1, got 0", () => kernel.Forward(Shape with { Hidden = 0 }, inputs, new float[24], default));
            Refusal.Says(
                "projected queries: 2×3×2147483647 = 12884901882 elements, more than the 2147483591 that one buffer can hold",
                () => kernel.Forward(Shape with { Hidden = int.MaxValue }, inputs, new float[24], default));
        }
    }

    [Fact]
    public void Of_Matrices_ReturnsANewOne()
    {
        Draw draw = new(528);
        float[,] query = draw.Matrix(3, 4), key = draw.Matrix(5, 4), weight = draw.Matrix(4, 4);
        ScoreShape shape = ScoreShape.Single(3, 5, 4);
        float[] q = [.. query.Cast<float>()], k = [.. key.Cast<float>()], w = [.. weight.Cast<float>()], expected = new float[15];
        DotScore.Forward(shape, q, k, expected);
        Assert.Equal(expected, DotScore.Of(query, key).Cast<float>());
        ScaledDotScore.Forward(shape, q, k, expected);
        Assert.Equal(expected, ScaledDotScore.Of(query, key).Cast<float>());
        CosineScore.Forward(shape, q, k, expected, 2);
        Assert.Equal(expected, CosineScore.Of(query, key, 2).Cast<float>());
        GeneralScore.Forward(shape, q, k, w, expected);
        Assert.Equal(expected, GeneralScore.Of(query, key, weight).Cast<float>());
        LocationScore.Forward(shape, q, k, expected);
        Assert.Equal(expected, LocationScore.Of(query, key).Cast<float>());
        float[] bias = draw.Normal(2), vector = draw.Normal(2);
        float[,] left = draw.Matrix(2, 4), right = draw.Matrix(2, 4), wide = draw.Matrix(2, 8);
        shape = shape with { Hidden = 2 };
        AdditiveScore.Forward(shape, q, k, [.. left.Cast<float>()], [.. right.Cast<float>()], bias, vector, expected);
        Assert.Equal(expected, AdditiveScore.Of(query, key, left, right, bias, vector).Cast<float>());
        ConcatScore.Forward(shape, q, k, [.. wide.Cast<float>()], vector, expected);
        Assert.Equal(expected, ConcatScore.Of(query, key, wide, vector).Cast<float>());
        Refusal.Says("weight: expected 2×8 = 16 floats, got 8", () => ConcatScore.Of(query, key, left, vector));
        Assert.Throws<ArgumentNullException>(() => AdditiveScore.Of(query, key, left, null!, bias, vector));
        Assert.Throws<ArgumentNullException>(() => ConcatScore.Of(query, key, wide, null!));
        Refusal.Says("KeyWidth: expected QueryWidth = 4, got 3", () => DotScore.Of(query, draw.Matrix(5, 3)));
        Refusal.Says("weight: expected 4×4 = 16 floats, got 12", () => GeneralScore.Of(query, key, draw.Matrix(4, 3)));
        Assert.Throws<ArgumentNullException>(() => DotScore.Of(null!, key));
        Assert.Throws<ArgumentNullException>(() => ScaledDotScore.Of(query, null!));
        Assert.Throws<ArgumentNullException>(() => GeneralScore.Of(query, key, null!));
        Assert.Throws<ArgumentNullException>(() => LocationScore.Of(query, null!));
        Assert.Throws<ArgumentNullException>(() => CosineScore.Of(null!, key));
    }

    private static void Says(ScoreKernel kernel, (string Name, int Count) input, string suffix, Action call)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(call);
        Assert.Matches($"^{input.Name}{suffix}: expected ([0-9×]+ = )?{input.Count} floats, got {input.Count + 1}$", refusal.Message);
        Assert.NotNull(kernel);
    }
}
