namespace Attention.Kernels.Tests;

public sealed class SoftmaxGuardTests
{
    private static readonly RowShape TwoByThree = new(2, 3);

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(0)]
    public void Forward_WrongLength_DoesTheArithmetic(int length)
    {
        Refusal.Says($"scores: expected 2×3 = 6 floats, got {length}", () => Softmax.Forward(TwoByThree, new float[length], new float[6]));
        Refusal.Says($"weights: expected 2×3 = 6 floats, got {length}", () => Softmax.Forward(TwoByThree, new float[6], new float[length]));
        Refusal.Says($"scores: expected 2×3 = 6 floats, got {length}", () => Softmax.ForwardNaive(TwoByThree, new float[length], new float[6]));
        Refusal.Says($"weights: expected 2×3 = 6 floats, got {length}", () => Softmax.ForwardNaive(TwoByThree, new float[6], new float[length]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(0)]
    public void Backward_WrongLength_DoesTheArithmetic(int length)
    {
        foreach (SoftmaxBackward backward in (SoftmaxBackward[])[SoftmaxCalls.Backward(Form.Door), SoftmaxCalls.BackwardNaive])
        {
            Refusal.Says($"weights: expected 2×3 = 6 floats, got {length}", () => backward(TwoByThree, new float[length], new float[6], new float[6]));
            Refusal.Says($"weightsGradient: expected 2×3 = 6 floats, got {length}", () => backward(TwoByThree, new float[6], new float[length], new float[6]));
            Refusal.Says($"scoresGradient: expected 2×3 = 6 floats, got {length}", () => backward(TwoByThree, new float[6], new float[6], new float[length]));
        }
    }

    [Fact]
    public void Forward_NegativeSize_IsNamed()
    {
        Refusal.Says("Rows: expected zero or more, got -1", () => Softmax.Forward(new(-1, 3), [], []));
        Refusal.Says("Columns: expected zero or more, got -3", () => Softmax.Forward(new(2, -3), [], []));

        // Two wrongs make a product that looks right.
        Refusal.Says("Rows: expected zero or more, got -2", () => Softmax.Forward(new(-2, -3), new float[6], new float[6]));
    }

    [Theory]
    [InlineData(65536, 65536, "4294967296")] // 2³²: zero in 32 bits
    [InlineData(46341, 46341, "2147488281")] // just beyond int.MaxValue: negative in 32 bits
    [InlineData(int.MaxValue, int.MaxValue, "4611686014132420609")]
    [InlineData(int.MaxValue, 1, "2147483647")] // fits an int, but no array
    public void Forward_MoreThanABufferHolds_IsRefusedBeforeAnythingOverflows(int rows, int columns, string product) =>
        Refusal.Says($"scores: {rows}×{columns} = {product} elements, more than the 2147483591 that one buffer can hold", () => Softmax.Forward(new(rows, columns), [], []));

    [Fact]
    public void Forward_OverlapShifted_IsRefused()
    {
        float[] memory = new float[10];
        string message = "weights: overlaps scores, shifted by 1 floats; pass the same span to work in place, or one that lies apart";
        Refusal.Says(message, () => Softmax.Forward(TwoByThree, memory.AsSpan(0, 6), memory.AsSpan(1, 6)));
        Refusal.Says(message, () => Softmax.Forward(TwoByThree, memory.AsSpan(1, 6), memory.AsSpan(0, 6)));
        Refusal.Says(message, () => Softmax.ForwardNaive(TwoByThree, memory.AsSpan(1, 6), memory.AsSpan(0, 6)));
    }

    [Fact]
    public void Backward_OverlapShifted_IsRefused()
    {
        float[] memory = new float[10];
        Refusal.Says(
            "scoresGradient: overlaps weights, shifted by 2 floats; pass the same span to work in place, or one that lies apart",
            () => Softmax.Backward(TwoByThree, memory.AsSpan(0, 6), new float[6], memory.AsSpan(2, 6)));
        Refusal.Says(
            "scoresGradient: overlaps weightsGradient, shifted by 2 floats; pass the same span to work in place, or one that lies apart",
            () => Softmax.Backward(TwoByThree, new float[6], memory.AsSpan(2, 6), memory.AsSpan(0, 6)));
    }

    [Fact]
    public void Forward_BuffersThatTouch_AreApart()
    {
        float[] memory = new Draw(2).Normal(12);
        float[] expected = SoftmaxCalls.Naive.Weights(2, 3, memory.AsSpan(0, 6));
        Softmax.Forward(TwoByThree, memory.AsSpan(0, 6), memory.AsSpan(6, 6));
        ErrorBudget.Forward.Assert("touching buffers", new(Array.ConvertAll(expected, weight => (double)weight)), memory.AsSpan(6));
    }

    [Fact]
    public void RowAndRows_Arrays_ReturnNewOnes()
    {
        float[] scores = new Draw(6).Normal(12);
        float[] before = [.. scores];
        float[,] matrix = new float[3, 4];
        Buffer.BlockCopy(scores, 0, matrix, 0, 12 * sizeof(float));
        float[] expected = SoftmaxCalls.Forward(Form.Door).Weights(3, 4, scores);
        Bits.Same("rows", expected, Softmax.Rows(matrix).Cast<float>().ToArray());
        Bits.Same("row", expected.AsSpan(4, 4), Softmax.Row(scores[4..8]));
        Assert.Equal(before, matrix.Cast<float>());
        Assert.Equal((3, 4), (Softmax.Rows(matrix).GetLength(0), Softmax.Rows(matrix).GetLength(1)));
        Assert.Throws<ArgumentNullException>(() => Softmax.Row(null!));
        Assert.Throws<ArgumentNullException>(() => Softmax.Rows(null!));
        Assert.Throws<ArgumentNullException>(() => Softmax.Columns(null!));
    }

    [Fact]
    public void Cells_AnyTemperature_GiveWhatTheSpansGive()
    {
        float[,] scores = new Draw(7).Matrix(3, 4);
        bool[,] visible = new bool[3, 4];
        float[] flat = [.. scores.Cast<float>()], expected = new float[12];
        bool[] flags = new Draw(8).Coins(12);
        Buffer.BlockCopy(flags, 0, visible, 0, 12);
        foreach (float temperature in (float[])[1, 0.3f, 5])
        {
            SoftmaxOptions options = new() { Temperature = temperature };
            Softmax.Forward(new(3, 4), flat, expected, options);
            Bits.Same("rows", expected, Softmax.Rows(scores, temperature).Cast<float>().ToArray());
            Bits.Same("row", expected.AsSpan(4, 4), Softmax.Row(flat[4..8], temperature));
            Softmax.ForwardAlongAxis(new(1, 3, 4), flat, expected, options);
            Bits.Same("columns", expected, Softmax.Columns(scores, temperature).Cast<float>().ToArray());
            LogSoftmax.Forward(new(3, 4), flat, expected, options);
            Bits.Same("log rows", expected, LogSoftmax.Rows(scores, temperature).Cast<float>().ToArray());
            LogSoftmax.ForwardAlongAxis(new(1, 3, 4), flat, expected, options);
            Bits.Same("log columns", expected, LogSoftmax.Columns(scores, temperature).Cast<float>().ToArray());
            MaskedSoftmax.Forward(new(3, 4), flat, flags, expected, options);
            Bits.Same("masked rows", expected, MaskedSoftmax.Rows(scores, visible, temperature).Cast<float>().ToArray());
        }

        Bits.Same("no temperature", Softmax.Columns(scores, 1).Cast<float>().ToArray(), Softmax.Columns(scores).Cast<float>().ToArray());
        Assert.Throws<ArgumentNullException>(() => LogSoftmax.Columns(null!));
        Refusal.Says("Temperature: expected a number from 1e-37 to 1e37, got 0", () => Softmax.Rows(scores, 0));
        Refusal.Says("Temperature: expected a number from 1e-37 to 1e37, got -1", () => MaskedSoftmax.Rows(scores, visible, -1));
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(-1f, "-1")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(1e-39f, "1E-39")]
    public void Forward_TemperatureThatIsNone_IsRefused(float temperature, string text)
    {
        string message = $"Temperature: expected a number from 1e-37 to 1e37, got {text}";
        SoftmaxOptions options = new() { Temperature = temperature };
        Refusal.Says(message, () => Softmax.Forward(new(1, 2), new float[2], new float[2], options));
        Refusal.Says(message, () => Softmax.BackwardAlongAxis(new(1, 2, 1), new float[2], new float[2], new float[2], options));
        Refusal.Says(message, () => LogSoftmax.Forward(new(1, 2), new float[2], new float[2], options));
    }
}
