namespace Attention.Kernels.Tests;

public sealed class RotaryGuardTests
{
    private static readonly RotaryShape Shape = new(2, 1, 3, 4);
    private static readonly RotaryTable Table = new(5, 4);

    [Fact]
    public void Forward_BuffersThatDoNotFit_AreRefused()
    {
        Refusal.Says("input: expected 2×1×3×4 = 24 floats, got 23", () => RotaryPositions.Forward(Shape, Table, new float[23], new float[24]));
        Refusal.Says("output: expected 2×1×3×4 = 24 floats, got 25", () => RotaryPositions.Forward(Shape, Table, new float[24], new float[25]));
        Refusal.Says("input: expected 2×1×3×4 = 24 floats, got 0", () => RotaryPositions.ForwardNaive(Shape, Table, [], new float[24]));
        Refusal.Says("outputGradient: expected 2×1×3×4 = 24 floats, got 23", () => RotaryPositions.Backward(Shape, Table, new float[23], new float[24]));
        Refusal.Says("inputGradient: expected 2×1×3×4 = 24 floats, got 0", () => RotaryPositions.BackwardNaive(Shape, Table, new float[24], []));
        float[] memory = new float[25];
        Refusal.Says(
            "output: overlaps input, shifted by 1 floats; pass the same span to work in place, or one that lies apart",
            () => RotaryPositions.Forward(Shape, Table, memory.AsSpan(0, 24), memory.AsSpan(1)));
    }

    [Fact]
    public void Forward_TableThatDoesNotReach_IsRefused()
    {
        Refusal.Says("table: 0+6 = 6 positions, more than the 5 that it holds", () => RotaryPositions.Forward(new(1, 1, 6, 4), Table, new float[24], new float[24]));
        Refusal.Says("table: 3+3 = 6 positions, more than the 5 that it holds", () => RotaryPositions.Forward(Shape, Table, new float[24], new float[24], [0, 3]));
        Refusal.Says(
            "table: 2147483647+3 = 2147483650 positions, more than the 5 that it holds",
            () => RotaryPositions.Forward(Shape, Table, new float[24], new float[24], [int.MaxValue]));
        Refusal.Says("firstPositions: expected zero or more, got -1", () => RotaryPositions.Forward(Shape, Table, new float[24], new float[24], [-1]));
        Refusal.Says(
            "firstPositions: expected B = 2 of them, one for all, or none, got 3", () => RotaryPositions.Forward(Shape, Table, new float[24], new float[24], [0, 0, 0]));
        Refusal.Says("table: turns 4 floats of rows that have 3", () => RotaryPositions.Forward(new(1, 1, 2, 3), Table, new float[6], new float[6]));
    }

    [Fact]
    public void Forward_SizesThatCannotBe_AreRefused()
    {
        Refusal.Says("Batch: expected zero or more, got -1", () => RotaryPositions.Forward(new(-1, 1, 1, 4), Table, [], []));
        Refusal.Says("Heads: expected at least 1, got 0", () => RotaryPositions.Forward(new(1, 0, 1, 4), Table, [], []));
        Refusal.Says("Length: expected zero or more, got -1", () => RotaryPositions.Forward(new(1, 1, -1, 4), Table, [], []));
        Refusal.Says("Layout: expected HeadsFirst or LengthFirst, got 5", () => RotaryPositions.Forward(Shape with { Layout = (AttentionLayout)5 }, Table, [], []));
        Refusal.Says("Width: expected at least 1, got 0", () => RotaryPositions.Forward(new(1, 1, 1, 0), Table, [], []));
        Refusal.Says(
            "input: 65536×65536×1×4 = 17179869184 elements, more than the 2147483591 that one buffer can hold",
            () => RotaryPositions.Forward(new(65536, 65536, 1, 4), Table, [], []));
        Assert.Throws<ArgumentNullException>(() => RotaryPositions.Forward(Shape, null!, [], []));
    }

    [Fact]
    public void Rotate_Matrix_GivesWhatForwardGives()
    {
        float[,] rows = new Draw(9).Matrix(3, 8);
        float[] expected = new float[24];
        RotaryPositions.Forward(new(1, 1, 3, 8), new(5, 8), rows.Cast<float>().ToArray(), expected, [2]);
        Bits.Same("rotated", expected, RotaryPositions.Rotate(rows, 2).Cast<float>().ToArray());
        Refusal.Says("firstPosition: expected zero or more, got -1", () => RotaryPositions.Rotate(rows, -1));
        Refusal.Says("positions: 2147483647+3 = 2147483650, more than the 2147483591 that one buffer can hold", () => RotaryPositions.Rotate(rows, int.MaxValue));
        Assert.Throws<ArgumentNullException>(() => RotaryPositions.Rotate(null!));
    }
}
