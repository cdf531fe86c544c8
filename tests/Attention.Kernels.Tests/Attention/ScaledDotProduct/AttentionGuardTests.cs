namespace Attention.Kernels.Tests;

public sealed class AttentionGuardTests
{
    private static readonly AttentionShape Shape = new(Batch: 2, Heads: 4, KeyHeads: 2, Queries: 3, Keys: 5, Width: 6, ValueWidth: 7);

    public static TheoryData<int> OffByOneAndEmpty => [-1, 1, int.MinValue];

    /// <summary>One buffer of each kind, each of the right length unless told otherwise.</summary>
    private sealed class Call(AttentionShape shape)
    {
        public Memory<float> Query = Floats(new Sizes(shape).Query);
        public Memory<float> Key = Floats(new Sizes(shape).Key);
        public Memory<float> Value = Floats(new Sizes(shape).Value);
        public Memory<float> Output = Floats(new Sizes(shape).Output);
        public Memory<float> LogSumExp = Floats(new Sizes(shape).Rows);
        public Memory<float> Weights = Floats(new Sizes(shape).Weights);
        public Mask Mask;
        public AttentionOptions Options;

        /// <summary>Sizes that are refused anyway have no length to be right.</summary>
        private static float[] Floats(int length) => new float[Math.Max(0, length)];

        public void Forward() => ScaledDotProduct.Forward(shape, Query.Span, Key.Span, Value.Span, Output.Span, LogSumExp.Span, Mask, Options);

        public void ForwardNaive() => ScaledDotProduct.ForwardNaive(shape, Query.Span, Key.Span, Value.Span, Output.Span, Weights.Span, LogSumExp.Span, Mask, Options);
    }

    private static void BothSay(string message, AttentionShape shape, Action<Call> spoil)
    {
        Call call = new(shape);
        spoil(call);
        Refusal.Says(message, call.Forward);
        Refusal.Says(message, call.ForwardNaive);
    }

    /// <summary>A buffer that is one too short, one too long, or empty.</summary>
    private static float[] Wrong(int length, int by) => new float[by == int.MinValue ? 0 : length + by];

    [Theory]
    [MemberData(nameof(OffByOneAndEmpty))]
    public void Forward_WrongLength_DoesTheArithmetic(int by)
    {
        float[] query = Wrong(144, by), key = Wrong(120, by), value = Wrong(140, by), output = Wrong(168, by);
        BothSay($"query: expected 2×4×3×6 = 144 floats, got {query.Length}", Shape, call => call.Query = query);
        BothSay($"key: expected 2×2×5×6 = 120 floats, got {key.Length}", Shape, call => call.Key = key);
        BothSay($"value: expected 2×2×5×7 = 140 floats, got {value.Length}", Shape, call => call.Value = value);
        BothSay($"output: expected 2×4×3×7 = 168 floats, got {output.Length}", Shape, call => call.Output = output);
    }

    /// <summary>Empty means not wanted, so only other lengths are wrong.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Forward_WrongLengthOfWhatMayBeEmpty_DoesTheArithmetic(int by)
    {
        BothSay($"logSumExp: expected 2×4×3 = 24 floats, got {24 + by}", Shape, call => call.LogSumExp = new float[24 + by]);
        Call naive = new(Shape) { Weights = new float[120 + by] };
        Refusal.Says($"weights: expected 2×4×3×5 = 120 floats, got {120 + by}", naive.ForwardNaive);
    }

    [Fact]
    public void Forward_SizesThatDescribeNoAttention_AreNamed()
    {
        BothSay("Batch: expected zero or more, got -2", Shape with { Batch = -2 }, call => { });
        BothSay("Heads: expected at least 1, got 0", Shape with { Heads = 0 }, call => { });
        BothSay("KeyHeads: expected at least 1, got 0", Shape with { KeyHeads = 0 }, call => { });
        BothSay("KeyHeads: expected a divisor of Heads = 4, got 3", Shape with { KeyHeads = 3 }, call => { });
        BothSay("KeyHeads: expected a divisor of Heads = 4, got 8", Shape with { KeyHeads = 8 }, call => { });
        BothSay("Width: expected at least 1, got 0", Shape with { Width = 0 }, call => { });
        BothSay("ValueWidth: expected at least 1, got 0", Shape with { ValueWidth = 0 }, call => { });
    }

    [Theory]
    [InlineData(-1, 5, "Queries: expected zero or more, got -1")]
    [InlineData(3, -1, "Keys: expected zero or more, got -1")]
    [InlineData(-3, -5, "Queries: expected zero or more, got -3")]
    public void Forward_NegativeLength_IsNamed(int queries, int keys, string message)
    {
        AttentionShape shape = Shape with { Queries = queries, Keys = keys };
        Refusal.Says(message, () => ScaledDotProduct.Forward(shape, [], [], [], []));
        Refusal.Says(message, () => ScaledDotProduct.ForwardNaive(shape, [], [], [], []));
    }

    /// <summary>Products that wrap around to a small number in 32 or in 64 bits must not pass for it.</summary>
    [Fact]
    public void Forward_MoreThanABufferHolds_IsRefusedBeforeAnythingOverflows()
    {
        const string TooMany = "elements, more than the 2147483591 that one buffer can hold";
        TooLarge(new(1, 1, 1, 65536, 1, 65536, 1), $"query: 1×1×65536×65536 = 4294967296 {TooMany}");
        TooLarge(new(1, 1, 1, 46341, 1, 46341, 1), $"query: 1×1×46341×46341 = 2147488281 {TooMany}");
        TooLarge(new(65536, 65536, 1, 65536, 0, 65536, 1), $"query: 65536×65536×65536×65536 = 18446744073709551616 {TooMany}");
        TooLarge(new(1, 1, 1, 0, 65536, 65536, 1), $"key: 1×1×65536×65536 = 4294967296 {TooMany}");
        TooLarge(new(1, 1, 1, 0, 65536, 1, 65536), $"key: expected 1×1×65536×1 = 65536 floats, got 0");
        TooLarge(new(int.MaxValue, int.MaxValue, 1, int.MaxValue, 1, int.MaxValue, 1), $"query: 2147483647×2147483647×2147483647×2147483647 = 21267647892944572736998860269687930881 {TooMany}");
    }

    [Fact]
    public void Counts_OfAShape_AreTheProducts_OrRefused()
    {
        Assert.Equal((144, 120, 140), (Shape.QueryCount, Shape.KeyCount, Shape.ValueCount));
        Assert.Equal((168, 120, 24), (Shape.OutputCount, Shape.WeightCount, Shape.RowCount));
        Assert.Equal(new AttentionShape(1, 1, 1, 3, 5, 6, 7), AttentionShape.Single(3, 5, 6, 7));
        AttentionShape huge = AttentionShape.Single(65536, 65536, 1, 1);
        Refusal.Says("weights: 1×1×65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => _ = huge.WeightCount);
    }

    /// <summary>The N×M weights need not fit a buffer as long as nobody asks for them.</summary>
    [Fact]
    public void Forward_NoWeightsWanted_TakesMoreWeightsThanABufferHolds()
    {
        // 50000 × 50000 weights are more than any array holds; one key is visible, so that the answer is quick.
        AttentionShape shape = AttentionShape.Single(50_000, 50_000, 1, 1);
        float[] values = new Draw(1).Normal(50_000);
        float[] output = new float[50_000];
        int[] onlyOneKey = [1];
        ScaledDotProduct.Forward(shape, values, values, values, output, mask: Mask.KeyLengths(onlyOneKey));
        Assert.All(output, value => Assert.Equal(values[0], value));
    }

    [Fact]
    public void Forward_ResultOverAnInput_IsRefused()
    {
        AttentionShape shape = AttentionShape.Single(4, 4, 4, 4);
        foreach (int shift in (int[])[0, 1, 15])
        {
            float[] memory = new float[40];
            BothSay("output: must not overlap query", shape, call => (call.Query, call.Output) = (memory.AsMemory(0, 16), memory.AsMemory(shift, 16)));
            BothSay("output: must not overlap key", shape, call => (call.Key, call.Output) = (memory.AsMemory(shift, 16), memory.AsMemory(0, 16)));
            BothSay("output: must not overlap value", shape, call => (call.Value, call.Output) = (memory.AsMemory(0, 16), memory.AsMemory(shift, 16)));
            BothSay("output: must not overlap bias", shape, call => (call.Mask, call.Output) = (Mask.Bias(memory.AsMemory(0, 16)), memory.AsMemory(shift, 16)));
        }
    }

    [Fact]
    public void Forward_LogSumExpOverAnything_IsRefused()
    {
        AttentionShape shape = AttentionShape.Single(4, 4, 4, 4);
        float[] memory = new float[40];
        Memory<float> inside = memory.AsMemory(7, 4);
        BothSay("logSumExp: must not overlap query", shape, call => (call.Query, call.LogSumExp) = (memory.AsMemory(0, 16), inside));
        BothSay("logSumExp: must not overlap key", shape, call => (call.Key, call.LogSumExp) = (memory.AsMemory(0, 16), inside));
        BothSay("logSumExp: must not overlap value", shape, call => (call.Value, call.LogSumExp) = (memory.AsMemory(0, 16), inside));
        BothSay("logSumExp: must not overlap bias", shape, call => (call.Mask, call.LogSumExp) = (Mask.Bias(memory.AsMemory(0, 16)), inside));
        BothSay("logSumExp: must not overlap output", shape, call => (call.Output, call.LogSumExp) = (memory.AsMemory(0, 16), inside));
    }

    [Fact]
    public void ForwardNaive_WeightsOverAnything_IsRefused()
    {
        AttentionShape shape = AttentionShape.Single(4, 4, 4, 4);
        float[] memory = new float[40];
        void Says(string message, Action<Call> spoil)
        {
            Call call = new(shape) { Weights = memory.AsMemory(3, 16) };
            spoil(call);
            Refusal.Says(message, call.ForwardNaive);
        }

        Says("weights: must not overlap query", call => call.Query = memory.AsMemory(0, 16));
        Says("weights: must not overlap key", call => call.Key = memory.AsMemory(0, 16));
        Says("weights: must not overlap value", call => call.Value = memory.AsMemory(0, 16));
        Says("weights: must not overlap bias", call => call.Mask = Mask.Bias(memory.AsMemory(0, 16)));
        Says("weights: must not overlap output", call => call.Output = memory.AsMemory(0, 16));
        Says("weights: must not overlap logSumExp", call => call.LogSumExp = memory.AsMemory(18, 4));
    }

    /// <summary>Inputs are only read: one buffer may be queries, keys and values at once.</summary>
    [Fact]
    public void Forward_InputsThatAreOneBuffer_AreAllowed()
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×9×9×8"), MaskKind.None, seed: 5);
        problem = problem with { Key = problem.Query, Value = problem.Query };
        float[] output = new float[problem.Sizes.Output];
        float[] logSumExp = new float[problem.Sizes.Rows];
        ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Query, problem.Query, output, logSumExp);
        new AttentionJudge(problem).Assert("one buffer", new(output, logSumExp));
    }

    [Fact]
    public void Forward_Options_AreChecked()
    {
        BothSay("MaxThreads: expected zero or more, got -1", Shape, call => call.Options = new() { MaxThreads = -1 });
        BothSay("Layout: expected HeadsFirst or LengthFirst, got 2", Shape, call => call.Options = new() { Layout = (AttentionLayout)2 });
        BothSay("Dropout: expected a rate from 0 to below 1, got 1", Shape, call => call.Options = new() { Dropout = new(1, 5) });
        BothSay("Dropout: expected a rate from 0 to below 1, got -0.1", Shape, call => call.Options = new() { Dropout = new(-0.1f, 5) });
        BothSay("Dropout: expected a rate from 0 to below 1, got NaN", Shape, call => call.Options = new() { Dropout = new(float.NaN, 5) });
        BothSay("Scale: expected a finite number up to ±1.7e38, got NaN", Shape, call => call.Options = new() { Scale = float.NaN });
        BothSay("Scale: expected a finite number up to ±1.7e38, got 3E+38", Shape, call => call.Options = new() { Scale = 3e38f });
    }

    private static void TooLarge(AttentionShape shape, string message)
    {
        Refusal.Says(message, () => ScaledDotProduct.Forward(shape, [], [], [], []));
        Refusal.Says(message, () => ScaledDotProduct.ForwardNaive(shape, [], [], [], []));
    }
}
