namespace Attention.Kernels.Tests;

public sealed class LinearAttentionGuardTests
{
    private static readonly AttentionShape Shape = AttentionCase.Parse("1×2/1×3×3×4/5");

    [Fact]
    public void Forward_WrongLength_DoesTheArithmetic()
    {
        Refusal.Says("query: expected 1×2×3×4 = 24 floats, got 23", () => Forward(query: 23));
        Refusal.Says("key: expected 1×1×3×4 = 12 floats, got 13", () => Forward(key: 13));
        Refusal.Says("value: expected 1×1×3×5 = 15 floats, got 0", () => Forward(value: 0));
        Refusal.Says("output: expected 1×2×3×5 = 30 floats, got 15", () => Forward(output: 15));
        Refusal.Says("normaliser: expected 1×2×3 = 6 floats, got 5", () => Forward(normaliser: 5));
        Refusal.Says("state: expected 1×1×4×6 = 24 floats, got 20", () => Forward(state: 20));
    }

    [Fact]
    public void Forward_SizesOrFormThatDescribeNothing_AreRefused()
    {
        Refusal.Says("Queries: expected as many as Keys = 5 under a causal form, got 3", () => LinearAttention.Forward(Shape with { Keys = 5 }, [], [], [], [], form: new() { Causal = true }));
        Refusal.Says("Queries: expected as many as Keys = 5 under a causal form, got 3", () => LinearAttention.ForwardRecurrent(Shape with { Keys = 5 }, [], [], [], []));
        Refusal.Says("ChunkLength: expected zero or more, got -1", () => LinearAttention.Forward(Shape, [], [], [], [], form: new() { ChunkLength = -1 }));
        Refusal.Says("Map: expected one of EluPlusOne, Relu, Identity, got 3", () => LinearAttention.Forward(Shape, [], [], [], [], form: new() { Map = (FeatureMap)3 }));
        Refusal.Says("MaxThreads: expected zero or more, got -2", () => LinearAttention.Forward(Shape, [], [], [], [], options: new() { MaxThreads = -2 }));
        Refusal.Says("Width: expected at least 1, got 0", () => LinearAttention.Forward(Shape with { Width = 0 }, [], [], [], []));
    }

    [Fact]
    public void Forward_SizesNearTheLimit_AreRefusedBeforeAnythingOverflows()
    {
        Refusal.Says(
            "query: 1×2×2147483647×4 = 17179869176 elements, more than the 2147483591 that one buffer can hold",
            () => LinearAttention.Forward(Shape with { Queries = int.MaxValue }, [], [], [], []));
        Refusal.Says(
            "state: 65536×65537 = 4295032832 elements, more than the 2147483591 that one buffer can hold",
            () => LinearAttention.Forward(AttentionShape.Single(0, 0, 65536, 65536), [], [], [], []));
        Refusal.Says(
            "state: 1×2147483647 = 2147483647 elements, more than the 2147483591 that one buffer can hold",
            () => LinearAttention.Forward(AttentionShape.Single(0, 0, 1, int.MaxValue), [], [], [], []));
    }

    [Fact]
    public void Forward_ResultOverAnotherBuffer_IsRefused()
    {
        AttentionShape one = AttentionShape.Single(2, 2, 2, 2);
        float[] memory = new float[12];
        Refusal.Says("output: must not overlap query", () => LinearAttention.Forward(one, memory.AsSpan(0, 4), new float[4], new float[4], memory.AsSpan(3, 4)));
        Refusal.Says("output: must not overlap value", () => LinearAttention.Forward(one, new float[4], new float[4], memory.AsSpan(0, 4), memory.AsSpan(0, 4)));
        Refusal.Says("normaliser: must not overlap output", () => LinearAttention.Forward(one, new float[4], new float[4], new float[4], memory.AsSpan(0, 4), memory.AsSpan(3, 2)));
        Refusal.Says("state: must not overlap key", () => LinearAttention.Forward(one, new float[4], memory.AsSpan(5, 4), new float[4], new float[4], state: memory.AsSpan(0, 6)));
    }

    [Fact]
    public void Backward_WrongLengthOrOverlap_IsRefused()
    {
        float[] four = new float[4], two = new float[2];
        AttentionShape one = AttentionShape.Single(2, 2, 2, 2);
        Refusal.Says("normaliser: expected 1×1×2 = 2 floats, got 4", () => LinearAttention.Backward(one, four, four, four, four, four, four, new float[4], new float[4], new float[4]));
        Refusal.Says("outputGradient: expected 1×1×2×2 = 4 floats, got 2", () => LinearAttention.Backward(one, four, four, four, four, two, two, new float[4], new float[4], new float[4]));
        Refusal.Says("valueGradient: expected 1×1×2×2 = 4 floats, got 0", () => LinearAttention.BackwardNaive(one, four, four, four, four, two, four, new float[4], new float[4], []));
        float[] memory = new float[4];
        Refusal.Says("keyGradient: must not overlap outputGradient", () => LinearAttention.Backward(one, four, four, four, four, two, memory, new float[4], memory, new float[4]));
        Refusal.Says("valueGradient: must not overlap keyGradient", () => LinearAttention.Backward(one, four, four, four, four, two, four, new float[4], memory, memory));
        Refusal.Says("stateGradient: expected 1×1×2×3 = 6 floats, got 7", () => LinearAttention.Backward(one, four, four, four, four, two, four, new float[4], new float[4], new float[4], stateGradient: new float[7]));
    }

    [Fact]
    public void Attend_Matrices_ReturnsANewOne()
    {
        Draw draw = new(512);
        float[,] query = draw.Matrix(3, 4), key = draw.Matrix(5, 4), value = draw.Matrix(5, 2);
        float[] expected = new float[6];
        LinearAttention.Forward(AttentionShape.Single(3, 5, 4, 2), [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], expected);
        Assert.Equal(expected, LinearAttention.Attend(query, key, value).Cast<float>());
        Refusal.Says("key: expected rows as wide as a query, 4, got 3", () => LinearAttention.Attend(query, draw.Matrix(5, 3), value));
        Refusal.Says("value: expected one row per key, 5, got 4", () => LinearAttention.Attend(query, key, draw.Matrix(4, 2)));
        Assert.Throws<ArgumentNullException>(() => LinearAttention.Attend(null!, key, value));
        Assert.Throws<ArgumentNullException>(() => LinearAttention.Attend(query, null!, value));
        Assert.Throws<ArgumentNullException>(() => LinearAttention.Attend(query, key, null!));
    }

    private static void Forward(int query = 24, int key = 12, int value = 15, int output = 30, int normaliser = 6, int state = 24) =>
        LinearAttention.Forward(Shape, new float[query], new float[key], new float[value], new float[output], new float[normaliser], new float[state]);
}
