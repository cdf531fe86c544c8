namespace Attention.Kernels.Tests;

public sealed class RelativeAttentionGuardTests
{
    private static readonly AttentionShape Shape = AttentionCase.Parse("1×2/1×3×5×4/6");

    private static readonly (string Name, int Count, string Sizes)[] Inputs =
    [
        ("query", 24, "1×2×3×4 = 24"), ("key", 20, "1×1×5×4 = 20"), ("value", 30, "1×1×5×6 = 30"),
        ("position", 40, "2×5×4 = 40"), ("contentBias", 8, "2×4 = 8"), ("positionBias", 8, "2×4 = 8"),
    ];

    [Fact]
    public void ForwardAndBackward_WrongLength_DoTheArithmetic()
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            float[][] bad = Good();
            bad[i] = new float[Inputs[i].Count + 1];
            Refusal.Says($"{Inputs[i].Name}: expected {Inputs[i].Sizes} floats, got {Inputs[i].Count + 1}", () => Forward(bad));
            Refusal.Says($"{Inputs[i].Name}: expected {Inputs[i].Sizes} floats, got {Inputs[i].Count + 1}", () => Backward(bad, Good()));
            Refusal.Says($"{Inputs[i].Name}Gradient: expected {Inputs[i].Sizes} floats, got {Inputs[i].Count + 1}", () => Backward(Good(), bad));
        }

        Refusal.Says("output: expected 1×2×3×6 = 36 floats, got 35", () => Forward(Good(), output: 35));
        Refusal.Says("logSumExp: expected 1×2×3 = 6 floats, got 7", () => Forward(Good(), logSumExp: 7));
        Refusal.Says("logSumExp: expected 1×2×3 = 6 floats, got 0", () => Backward(Good(), Good(), logSumExp: 0));
        Refusal.Says("outputGradient: expected 1×2×3×6 = 36 floats, got 37", () => Backward(Good(), Good(), outputGradient: 37));
    }

    [Fact]
    public void Forward_SizesThatDescribeNothing_AreRefused()
    {
        float[] none = [];
        Refusal.Says("Keys: expected at least Queries = 3, the segment's own, got 2", () => RelativeAttention.Forward(Shape with { Keys = 2 }, none, none, none, none, none, none, none));
        Refusal.Says("Width: expected at least 1, got 0", () => RelativeAttention.Forward(Shape with { Width = 0 }, none, none, none, none, none, none, none));
        Refusal.Says("MaxThreads: expected zero or more, got -1", () => RelativeAttention.Forward(Shape, none, none, none, none, none, none, none, options: new() { MaxThreads = -1 }));
        Refusal.Says(
            "query: 1×2×2147483647×4 = 17179869176 elements, more than the 2147483591 that one buffer can hold",
            () => RelativeAttention.Forward(Shape with { Queries = int.MaxValue, Keys = int.MaxValue }, none, none, none, none, none, none, none));
        Refusal.Says(
            "position: 2×1073741824×4 = 8589934592 elements, more than the 2147483591 that one buffer can hold",
            () => RelativeAttention.Forward(Shape with { Batch = 0, Keys = 1 << 30 }, none, none, none, none, none, none, none));
    }

    [Fact]
    public void ForwardAndBackward_ResultOverAnotherBuffer_IsRefused()
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            float[] both = new float[Inputs[i].Count + 36];
            float[][] x = Good();
            int count = Inputs[i].Count, number = i;
            Refusal.Says(
                $"output: must not overlap {Inputs[i].Name}",
                () => RelativeAttention.Forward(
                    Shape, Pick(x, 0, number, both, count), Pick(x, 1, number, both, count), Pick(x, 2, number, both, count), Pick(x, 3, number, both, count),
                    Pick(x, 4, number, both, count), Pick(x, 5, number, both, count), both.AsSpan(count - 1, 36)));
            float[][] shared = Good();
            shared[i] = x[i];
            Refusal.Says($"{Inputs[i].Name}Gradient: must not overlap {Inputs[i].Name}", () => Backward(x, shared));
        }

        float[][] gradients = Good();
        gradients[5] = gradients[4];
        Refusal.Says("contentBiasGradient: must not overlap another gradient", () => Backward(Good(), gradients));
    }

    [Fact]
    public void Attend_Matrices_ReturnsANewOne()
    {
        Draw draw = new(560);
        float[,] query = draw.Matrix(3, 4), key = draw.Matrix(5, 4), value = draw.Matrix(5, 2), position = draw.Matrix(5, 4);
        float[] u = draw.Normal(4), v = draw.Normal(4), expected = new float[6];
        RelativeAttention.Forward(
            AttentionShape.Single(3, 5, 4, 2), [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], [.. position.Cast<float>()], u, v, expected);
        Assert.Equal(expected, RelativeAttention.Attend(query, key, value, position, u, v).Cast<float>());
        Refusal.Says("position: expected 1×5×4 = 20 floats, got 16", () => RelativeAttention.Attend(query, key, value, draw.Matrix(4, 4), u, v));
        Assert.Throws<ArgumentNullException>(() => RelativeAttention.Attend(query, key, value, null!, u, v));
        Assert.Throws<ArgumentNullException>(() => RelativeAttention.Attend(query, key, value, position, null!, v));
        Assert.Throws<ArgumentNullException>(() => RelativeAttention.Attend(query, key, value, position, u, null!));
        Assert.Throws<ArgumentNullException>(() => RelativeAttention.Attend(query, key, null!, position, u, v));
    }

    private static float[][] Good() => [.. Inputs.Select(input => new float[input.Count])];

    private static ReadOnlySpan<float> Pick(float[][] good, int number, int replaced, float[] by, int count) => number == replaced ? by.AsSpan(0, count) : good[number];

    private static void Forward(float[][] x, int output = 36, int logSumExp = 6) =>
        RelativeAttention.Forward(Shape, x[0], x[1], x[2], x[3], x[4], x[5], new float[output], new float[logSumExp]);

    private static void Backward(float[][] x, float[][] y, int logSumExp = 6, int outputGradient = 36) => RelativeAttention.Backward(
        Shape, x[0], x[1], x[2], x[3], x[4], x[5], new float[36], new float[logSumExp], new float[outputGradient], y[0], y[1], y[2], y[3], y[4], y[5]);
}
