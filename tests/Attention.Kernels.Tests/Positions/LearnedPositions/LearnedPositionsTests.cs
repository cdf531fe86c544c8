namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LearnedPositionsTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyShape_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int width in (int[])[1, 3, 16, 17, 80, 256])
        {
            foreach ((int batch, int length, int positions, int first) in (IEnumerable<(int, int, int, int)>)[(3, 5, 9, 2), (1, 1, 1, 0), (2, 300, 300, 0), (0, 4, 4, 0), (4, 0, 3, 3), (5, 7, 400, 390)])
            {
                PositionShape shape = new(batch, length, width, positions);
                Draw draw = new(width);
                float[] rows = draw.Normal(batch * length * width), values = draw.Normal(positions * width);
                using Fences fences = new(fence);
                Memory<float> input = fences.Input(rows, "input"), table = fences.Input(values, "table"), both = fences.InPlace(rows, "in place");
                Memory<float> output = fences.Output(rows.Length, "output"), gradient = fences.Output(values.Length, "tableGradient");
                LearnedPositions.Forward(shape, input.Span, table.Span, output.Span, first, form.Options());
                LearnedPositions.Forward(shape, both.Span, table.Span, both.Span, first, form.Options());
                LearnedPositions.Backward(shape, input.Span, gradient.Span, first, form.Options());
                fences.AssertIntact();

                float[] naive = new float[rows.Length], naiveGradient = new float[values.Length];
                LearnedPositions.ForwardNaive(shape, rows, values, naive, first);
                LearnedPositions.BackwardNaive(shape, rows, naiveGradient, first);
                ErrorBudget.Forward.Assert($"{shape}", Forward(shape, rows, values, first), naive, output.Span);
                ErrorBudget.Gradient.Assert($"backward, {shape}", Backward(shape, rows, first), naiveGradient, gradient.Span);
                ErrorBudget.Rounding(1).Assert($"naive, {shape}", Forward(shape, rows, values, first), naive);
                ErrorBudget.Rounding(batch).Assert($"naive backward, {shape}", Backward(shape, rows, first), naiveGradient);
                Bits.Same($"in place, {shape}", output.Span, both.Span);
            }
        }
    }

    [Fact]
    public void Backward_AgainstFiniteDifferences_Agrees()
    {
        PositionShape shape = new(3, 4, 5, 9);
        Draw draw = new(2);
        float[] rows = draw.Normal(60), table = draw.Normal(45), slopes = draw.Normal(60), gradient = new float[45];
        LearnedPositions.Backward(shape, slopes, gradient, 3);
        FiniteDifferences.Assert("seed 2", table, moved => Enumerable.Range(0, 60).Sum(i => slopes[i] * (rows[i] + moved[15 + (i % 20)])), gradient);
    }

    [Fact]
    public void ForwardAndBackward_Threads_GiveTheSameBits()
    {
        PositionShape shape = new(7, 500, 64, 600);
        Draw draw = new(3);
        float[] rows = draw.Normal(7 * 500 * 64), table = draw.Normal(600 * 64);
        float[] one = new float[rows.Length], many = new float[rows.Length], oneGradient = new float[table.Length], manyGradient = new float[table.Length];
        LearnedPositions.Forward(shape, rows, table, one, 50, new() { MaxThreads = 1 });
        LearnedPositions.Forward(shape, rows, table, many, 50, new() { MaxThreads = 4 });
        LearnedPositions.Backward(shape, rows, oneGradient, 50, new() { MaxThreads = 1 });
        LearnedPositions.Backward(shape, rows, manyGradient, 50, new() { MaxThreads = 4 });
        Bits.Same("forward", one, many);
        Bits.Same("backward", oneGradient, manyGradient);
    }

    [Fact]
    public void Forward_WhatCannotBe_IsRefused()
    {
        PositionShape shape = new(2, 3, 4, 5);
        Refusal.Says("input: expected 2×3×4 = 24 floats, got 23", () => LearnedPositions.Forward(shape, new float[23], new float[20], new float[24]));
        Refusal.Says("table: expected 5×4 = 20 floats, got 19", () => LearnedPositions.ForwardNaive(shape, new float[24], new float[19], new float[24]));
        Refusal.Says("output: expected 2×3×4 = 24 floats, got 25", () => LearnedPositions.Forward(shape, new float[24], new float[20], new float[25]));
        Refusal.Says("table: 3+3 = 6 positions, more than the 5 that it holds", () => LearnedPositions.Forward(shape, new float[24], new float[20], new float[24], 3));
        Refusal.Says("firstPosition: expected zero or more, got -1", () => LearnedPositions.Forward(shape, new float[24], new float[20], new float[24], -1));
        Refusal.Says("outputGradient: expected 2×3×4 = 24 floats, got 0", () => LearnedPositions.Backward(shape, [], new float[20]));
        Refusal.Says("tableGradient: expected 5×4 = 20 floats, got 0", () => LearnedPositions.BackwardNaive(shape, new float[24], []));
        Refusal.Says("Positions: expected zero or more, got -1", () => LearnedPositions.Forward(shape with { Positions = -1 }, [], [], []));
        Refusal.Says(
            "input: 65536×65536×1 = 4294967296 elements, more than the 2147483591 that one buffer can hold",
            () => LearnedPositions.Forward(new(65536, 65536, 1, 65536), [], [], []));
        float[] memory = new float[44];
        Refusal.Says("output: must not overlap table", () => LearnedPositions.Forward(shape, new float[24], memory.AsSpan(10, 20), memory.AsSpan(0, 24)));
        Refusal.Says("tableGradient: must not overlap outputGradient", () => LearnedPositions.Backward(shape, memory.AsSpan(0, 24), memory.AsSpan(23, 20)));
    }

    [Fact]
    public void Add_Matrices_ReturnsANewOne()
    {
        float[,] sequence = { { 1, 2 }, { 3, 4 } }, table = { { 10, 20 }, { 30, 40 }, { 50, 60 } };
        Assert.Equal(new float[,] { { 11, 22 }, { 33, 44 } }, LearnedPositions.Add(sequence, table));
        Refusal.Says("table: 0+3 = 3 positions, more than the 2 that it holds", () => LearnedPositions.Add(table, sequence));
        Refusal.Says("table: expected rows as wide as the sequence's, 2, got 3", () => LearnedPositions.Add(sequence, new float[2, 3]));
        Assert.Throws<ArgumentNullException>(() => LearnedPositions.Add(null!, table));
        Assert.Throws<ArgumentNullException>(() => LearnedPositions.Add(sequence, null!));
    }

    private static Expected Forward(PositionShape shape, float[] rows, float[] table, int first)
    {
        int period = shape.Length * shape.Width;
        double Row(int i) => table[(first * shape.Width) + (i % period)];
        return new([.. rows.Select((x, i) => x + Row(i))], [.. rows.Select((x, i) => Math.Abs(x) + Math.Abs(Row(i)))]);
    }

    private static Expected Backward(PositionShape shape, float[] rows, int first)
    {
        Expected expected = new(new double[shape.Positions * shape.Width], new double[shape.Positions * shape.Width]);
        for (int i = 0; i < rows.Length; i++)
        {
            int place = (first * shape.Width) + (i % (shape.Length * shape.Width));
            expected.Values[place] += rows[i];
            expected.Magnitudes[place] += Math.Abs(rows[i]);
        }

        return expected;
    }
}
