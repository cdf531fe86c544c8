namespace Attention.Kernels.Tests;

public sealed class MatmulGuardTests
{
    private static readonly MatmulShape Small = new(2, 3, 4);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    public void Forward_WrongLength_DoesTheArithmetic(int length)
    {
        float[] wrong = new float[length], a = new float[8], b = new float[12], c = new float[6];
        Refusal.Says($"left: expected 2×4 = 8 floats, got {length}", () => Matmul.Forward(Small, wrong, b, c));
        Refusal.Says($"right: expected 4×3 = 12 floats, got {length}", () => Matmul.Forward(Small, a, wrong, c));
        Refusal.Says($"result: expected 2×3 = 6 floats, got {length}", () => Matmul.Forward(Small, a, b, wrong));
        Refusal.Says($"left: expected 4×2 = 8 floats, got {length}", () => Matmul.Forward(Small with { TransposeLeft = true }, wrong, b, c));
        Refusal.Says($"right: expected 3×4 = 12 floats, got {length}", () => Matmul.Forward(Small with { TransposeRight = true }, a, wrong, c));
        Refusal.Says($"left: expected 5×2×4 = 40 floats, got {length}", () => Matmul.Forward(Small with { Batch = 5 }, wrong, b, c));
        Refusal.Says($"right: expected 4×3 = 12 floats, got {length}", () => Matmul.Forward(Small with { Batch = 5, RightBatchStride = 0 }, new float[40], wrong, new float[30]));
        Refusal.Says($"right: expected 4×3 = 12 floats, got {length}", () => Matmul.Pack(Small, wrong));
        Refusal.Says($"left: expected 2×4 = 8 floats, got {length}", () => Matmul.ForwardNaive(Small, wrong, b, c));
    }

    [Fact]
    public void Forward_WrongBiasOrPackedMatrix_IsRefused()
    {
        float[] a = new float[8], b = new float[12], c = new float[6];
        Refusal.Says("bias: expected 3 floats, got 2", () => Matmul.Forward(Small, a, b, c, new float[2]));
        PackedMatrix packed = Matmul.Pack(new(0, 3, 5), new float[15]);
        Refusal.Says("right: expected 1 or 1 packed of 4×3, got 1 of 5×3", () => Matmul.Forward(Small, a, packed, c));
        PackedMatrix two = Matmul.Pack(Small with { Batch = 2 }, new float[24]);
        Refusal.Says("right: expected 3 or 1 packed of 4×3, got 2 of 4×3", () => Matmul.Forward(Small with { Batch = 3 }, new float[24], two, new float[18]));
        Assert.Throws<ArgumentNullException>(() => Matmul.Forward(Small, a, (PackedMatrix)null!, c));
    }

    [Fact]
    public void Forward_SizesAndStridesThatDescribeNothing_AreNamed()
    {
        Refusal.Says("Rows: expected zero or more, got -2", () => Matmul.Forward(new(-2, -3, 4), [], [], []));
        Refusal.Says("Columns: expected zero or more, got -3", () => Matmul.Forward(new(2, -3, 4), [], [], []));
        Refusal.Says("Depth: expected zero or more, got -4", () => Matmul.Forward(new(2, 3, -4), [], [], []));
        Refusal.Says("Batch: expected zero or more, got -1", () => Matmul.Forward(Small with { Batch = -1 }, [], [], []));
        Refusal.Says("LeftStride: expected at least a row of 4, got 3", () => Matmul.Forward(Small with { LeftStride = 3 }, [], [], []));
        Refusal.Says("RightBatchStride: expected zero or more, got -1", () => Matmul.Forward(Small with { RightBatchStride = -1 }, [], [], []));
        Refusal.Says("ResultBatchStride: 5 lets the 2 results of 2×3 overlap", () => Matmul.Forward(Small with { Batch = 2, ResultBatchStride = 5 }, [], [], []));
        Refusal.Says("ResultBatchStride: 2 lets the 2 results of 2×3 overlap", () => Matmul.Forward(Small with { Batch = 2, ResultStride = 6, ResultBatchStride = 2 }, [], [], []));
        Refusal.Says("left: expected at least 0·20 + 1·10 + 4 = 14 floats, got 13", () => Matmul.Forward(Small with { LeftStride = 10 }, new float[13], new float[12], new float[6]));
        Refusal.Says("MaxThreads: expected zero or more, got -1", () => Matmul.Forward(Small, [], [], [], options: new() { MaxThreads = -1 }));
    }

    [Theory]
    [InlineData(65536, 1, 65536, "left: 65536×65536 = 4294967296")]
    [InlineData(65536, 65536, 0, "result: 65536×65536 = 4294967296")]
    [InlineData(0, int.MaxValue, int.MaxValue, "right: 2147483647×2147483647 = 4611686014132420609")]
    [InlineData(int.MaxValue, 0, 1, "left: 2147483647×1 = 2147483647")]
    public void Forward_MoreThanABufferHolds_IsRefusedBeforeAnythingOverflows(int rows, int columns, int depth, string arithmetic) =>
        Refusal.Says($"{arithmetic} elements, more than the 2147483591 that one buffer can hold", () => Matmul.Forward(new(rows, columns, depth), [], [], []));

    [Fact]
    public void Forward_StridesNearTheLargestInt_AreRefusedBeforeAnythingOverflows()
    {
        const int Most = int.MaxValue;
        MatmulShape shape = new(Most, 1, 1) { Batch = Most, LeftStride = Most, LeftBatchStride = Most };
        Refusal.Says($"left: expected at least {Most - 1}·{Most} + {Most - 1}·{Most} + 1 = 9223372023969873925 floats, got 0", () => Matmul.Forward(shape, [], [], []));
        Matmul.Forward(new(Most, 0, 0), [], [], []);
        Matmul.Forward(new(0, 0, Most) { Batch = Most }, [], [], []);
    }

    [Fact]
    public void Forward_ResultOverAnInput_IsRefused()
    {
        float[] memory = new float[30];
        Refusal.Says("result: must not overlap left", () => Matmul.Forward(Small, memory.AsSpan(0, 8), new float[12], memory.AsSpan(7, 6)));
        Refusal.Says("result: must not overlap right", () => Matmul.Forward(Small, new float[8], memory.AsSpan(0, 12), memory.AsSpan(0, 6)));
        Refusal.Says("result: must not overlap bias", () => Matmul.Forward(Small, new float[8], new float[12], memory.AsSpan(0, 6), memory.AsSpan(3, 3)));
    }

    [Fact]
    public void Backward_WrongBuffers_AreRefused()
    {
        float[] a = new float[8], b = new float[12], c = new float[6], wrong = new float[5];
        foreach (var backward in (BackwardCall[])[(shape, dc, da, db, dbias) => Matmul.Backward(shape, a, b, dc, da, db, dbias), (shape, dc, da, db, dbias) => Matmul.BackwardNaive(shape, a, b, dc, da, db, dbias)])
        {
            Refusal.Says("resultGradient: expected 2×3 = 6 floats, got 5", () => backward(Small, wrong, [], [], []));
            Refusal.Says("leftGradient: expected 2×4 = 8 floats, got 5", () => backward(Small, c, wrong, [], []));
            Refusal.Says("rightGradient: expected 4×3 = 12 floats, got 5", () => backward(Small, c, [], wrong, []));
            Refusal.Says("biasGradient: expected 1×3 = 3 floats, got 5", () => backward(Small, c, [], [], wrong));
            Refusal.Says("leftGradient: must not overlap left", () => backward(Small, c, a, [], []));
            Refusal.Says("rightGradient: must not overlap right", () => backward(Small, c, [], b, []));
            Refusal.Says("biasGradient: must not overlap resultGradient", () => backward(Small, c, [], [], c.AsSpan(0, 3)));
            float[] both = new float[12];
            Refusal.Says("rightGradient: must not overlap leftGradient", () => backward(Small, c, both.AsSpan(0, 8), both, []));
        }

        MatmulShape overlapping = new(2, 3, 4) { Batch = 2, LeftBatchStride = 1 };
        Refusal.Says("leftGradient: its 2 matrices overlap, and so would their gradients", () => Matmul.Backward(overlapping, new float[9], new float[24], new float[12], new float[9], []));
    }

    [Fact]
    public void Product_Matrices_ReturnsANewOne()
    {
        float[,] a = { { 1, 2, 3 }, { 4, 5, 6 } }, b = { { 1, 0 }, { 0, 1 }, { 2, 2 } };
        float[,] product = { { 7, 8 }, { 16, 17 } };
        Assert.Equal(product, Matmul.Product(a, b));
        Assert.Equal(new float[,] { { 14, 32 }, { 32, 77 } }, Matmul.Product(a, a, transposeRight: true));
        Assert.Equal(new float[,] { { 5, 4 }, { 4, 5 } }, Matmul.Product(b, b, transposeLeft: true));
        Refusal.Says("right: expected a depth of 3 as the left matrix has, got 2", () => Matmul.Product(a, a));
        Assert.Throws<ArgumentNullException>(() => Matmul.Product(null!, b));
        Assert.Throws<ArgumentNullException>(() => Matmul.Product(a, null!));
    }

    private delegate void BackwardCall(MatmulShape shape, ReadOnlySpan<float> resultGradient, Span<float> leftGradient, Span<float> rightGradient, Span<float> biasGradient);
}
