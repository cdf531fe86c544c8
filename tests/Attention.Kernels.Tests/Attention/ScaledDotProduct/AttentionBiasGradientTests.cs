namespace Attention.Kernels.Tests;

/// <summary>The gradients of what a mask adds: a bias, whichever way it is shared, and a table of distances.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionBiasGradientTests
{
    private static readonly MaskKind[] Biased =
    [
        MaskKind.Bias, MaskKind.BiasPerBatch, MaskKind.BiasPerHead, MaskKind.BiasPerHeadOfAnyBatch, MaskKind.CausalAndBias, MaskKind.Everything,
        MaskKind.RelativeBias, MaskKind.CausalRelativeBias, MaskKind.AllDistances,
    ];

    private static readonly string[] Shapes = ["1×1×1×1×1", "2×4/2×7×19×3/2", "3×2/1×33×60×5", "2×3×130×110×4", "2×1×20×100×3", "0×2×5×7×8", "2×2×0×7×8", "2×2/1×5×0×8/3"];

    public static TheoryData<string, MaskKind> EveryShapeAndMask => [.. from shape in Shapes from mask in Biased select (shape, mask)];

    public static TheoryData<Form, MaskKind> EveryFormAndMask => [.. from form in Forms.Supported from mask in Biased select (form, mask)];

    [Theory]
    [MemberData(nameof(EveryShapeAndMask))]
    public void BiasGradient_EveryShapeAndMask_StaysInBudgetAndInBounds(string shape, MaskKind mask)
    {
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 1000 + (int)mask);
        (Expected bias, Expected table) = Oracle(problem);
        Slopes naive = Run(ScaledDotProduct.BackwardWithBiasNaive, problem, Fence.End);
        foreach (Form form in Forms.Supported)
        {
            foreach (Fence fence in Enum.GetValues<Fence>())
            {
                Slopes actual = Run(Door(form), problem, fence);
                ErrorBudget.Gradient.Assert($"bias's gradient, {form}, {problem}", bias, naive.Bias, actual.Bias);
                ErrorBudget.Gradient.Assert($"table's gradient, {form}, {problem}", table, naive.Table, actual.Table);
            }
        }

        AttentionShape sizes = problem.Problem.Shape;
        long shared = Math.Max(1, (long)sizes.Batch * sizes.Heads * sizes.Queries * sizes.Keys);
        ErrorBudget rounding = ErrorBudget.Rounding(sizes.Width + (2 * sizes.ValueWidth) + (4 * sizes.Keys) + shared + 24);
        rounding.Assert($"bias's gradient, naive, {problem}", bias, naive.Bias);
        rounding.Assert($"table's gradient, naive, {problem}", table, naive.Table);
    }

    /// <summary>Sequences and heads add to one bias in one order, however many threads there are; and asking for it changes no other gradient.</summary>
    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void BiasGradient_AnyNumberOfThreads_GivesTheSameBits(Form form, MaskKind mask)
    {
        AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("2×4/2×140×200×16"), mask, seed: 1020);
        AttentionGradients plain = AttentionBackwardCalls.Backward(form).Run(problem);
        Slopes alone = Run(Door(form), problem, Fence.End);
        foreach (int threads in (int[])[2, 3, 8])
        {
            Slopes again = Run(Door(form), problem, Fence.Start, threads);
            string what = $"{form}, {problem}, {threads} threads";
            AttentionGradients.AssertSame(what, plain, again.Others);
            Bits.Same($"bias's gradient, {what}", alone.Bias, again.Bias);
            Bits.Same($"table's gradient, {what}", alone.Table, again.Table);
        }
    }

    [Theory]
    [MemberData(nameof(EveryFormAndMask))]
    public void BiasGradient_WantedAlone_IsTheSame(Form form, MaskKind mask)
    {
        AttentionBackwardCase each = AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×35×110×9/5"), mask, seed: 1030);
        Slopes all = Run(Door(form), each, Fence.End);
        AttentionCase problem = each.Problem;
        using Fences fences = new(Fence.End);
        Mask built = problem.Mask.Build(fences);
        float[] bias = new float[all.Bias.Length], table = new float[all.Table.Length];
        Door(form)(
            problem.Shape, problem.Query, problem.Key, problem.Value, each.Forward.Output, each.Forward.LogSumExp, each.Slopes, default, default, default, bias, table, built, default);
        Bits.Same($"bias's gradient, {form}, {each}", all.Bias, bias);
        Bits.Same($"table's gradient, {form}, {each}", all.Table, table);
    }

    /// <summary>Without calculus: each number of the bias and of the table moved by itself.</summary>
    [Theory]
    [InlineData(MaskKind.Bias)]
    [InlineData(MaskKind.BiasPerBatch)]
    [InlineData(MaskKind.BiasPerHeadOfAnyBatch)]
    [InlineData(MaskKind.CausalRelativeBias)]
    public void BiasGradient_AgainstFiniteDifferences_Agrees(MaskKind mask)
    {
        const float Step = 1 / 1024f;
        AttentionBackwardCase each = AttentionBackwardCase.Draw(AttentionCase.Parse("2×2/1×5×7×3/2"), mask, seed: 1040);
        AttentionCase problem = each.Problem;
        Slopes slopes = Run(Door(Form.Door), each, Fence.End);
        float[] numbers = Numbers(problem.Mask);
        float[] gradient = slopes.Bias.Length > 0 ? slopes.Bias : slopes.Table;
        double Loss() => AttentionLoss.Of(
            problem, each.Slopes, Array.ConvertAll(problem.Query, x => (double)x), Array.ConvertAll(problem.Key, x => (double)x), Array.ConvertAll(problem.Value, x => (double)x));
        Assert.Equal(numbers.Length, gradient.Length);
        for (int index = 0; index < numbers.Length; index++)
        {
            float number = numbers[index];
            numbers[index] = number + Step;
            double distance = numbers[index], above = Loss();
            numbers[index] = number - Step;
            distance -= numbers[index];
            double below = Loss();
            numbers[index] = number;
            double difference = (above - below) / distance;
            Assert.True(Math.Abs(difference - gradient[index]) <= 1e-5 * Math.Max(1, Math.Abs(difference)), $"{each}, [{index}]: differences say {difference:R}, the kernel {gradient[index]:R}");
        }
    }

    [Fact]
    public void BiasGradient_WrongLengthOrPlace_IsRefused()
    {
        AttentionShape shape = AttentionShape.Single(4, 4, 1, 1);
        float[] memory = new float[64], four = new float[4];
        Mask mask = Mask.Bias(new float[16]) & Mask.RelativeBias(new float[32]);
        void Call(Span<float> bias, Span<float> table, Mask given, Span<float> queries = default) =>
            ScaledDotProduct.BackwardWithBias(shape, four, four, four, four, four, four, queries, default, default, bias, table, given);

        Refusal.Says("biasGradient: expected 16 floats, got 15", () => Call(new float[15], default, mask));
        Refusal.Says("biasGradient: expected 0 floats, got 16", () => Call(new float[16], default, Mask.Causal));
        Refusal.Says("tableGradient: expected 32 floats, got 31", () => Call(default, new float[31], mask));
        Refusal.Says("tableGradient: expected 0 floats, got 32", () => Call(default, new float[32], Mask.Causal));
        Refusal.Says("biasGradient: must not overlap tableGradient", () => Call(memory.AsSpan(0, 16), memory.AsSpan(15, 32), mask));
        Refusal.Says("biasGradient: must not overlap query", () =>
            ScaledDotProduct.BackwardWithBias(shape, memory.AsSpan(3, 4), four, four, four, four, four, default, default, default, memory.AsSpan(0, 16), default, mask));
        Refusal.Says("tableGradient: must not overlap queryGradient", () => Call(default, memory.AsSpan(0, 32), mask, memory.AsSpan(31, 4)));
        Refusal.Says("biasGradient: must not overlap keyGradient", () =>
            ScaledDotProduct.BackwardWithBias(shape, four, four, four, four, four, four, default, memory.AsSpan(15, 4), default, memory.AsSpan(0, 16), default, mask));
        Refusal.Says("tableGradient: must not overlap valueGradient", () =>
            ScaledDotProduct.BackwardWithBias(shape, four, four, four, four, four, four, default, default, memory.AsSpan(31, 4), default, memory.AsSpan(0, 32), mask));
        Refusal.Says("biasGradient: must not overlap bias", () => Call(memory.AsSpan(0, 16), default, Mask.Bias(memory.AsMemory(0, 16))));
    }

    /// <summary>Where nothing is learned from there is nothing to keep parts in, and no memory either while all that was kept is in use.</summary>
    [Fact]
    public void BiasGradient_NoSequencesAndNoMemoryKept_IsZero()
    {
        Scratch[] inUse = [.. Enumerable.Range(0, 64).Select(_ => Scratch.Rent(0))];
        try
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse("0×2×5×7×8"), MaskKind.RelativeBias, seed: 1030);
            Slopes actual = Run(Door(Form.Door), problem, Fence.End);
            Assert.NotEmpty(actual.Table);
            Assert.All(actual.Table, slope => Assert.Equal(0, slope));
        }
        finally
        {
            Array.ForEach(inUse, Scratch.Return);
        }
    }

    private sealed record Slopes(float[] Bias, float[] Table, AttentionGradients Others);

    private delegate void BackwardWithBias(
        AttentionShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        Span<float> valueGradient,
        Span<float> biasGradient,
        Span<float> tableGradient,
        Mask mask,
        AttentionOptions options);

    private static BackwardWithBias Door(Form form) => (shape, query, key, value, output, logSumExp, slopes, queries, keys, values, bias, table, mask, options) =>
        ScaledDotProduct.BackwardWithBias(
            shape, query, key, value, output, logSumExp, slopes, queries, keys, values, bias, table, mask, options with { RegisterBits = form.Options().RegisterBits });

    private static Slopes Run(BackwardWithBias backward, AttentionBackwardCase each, Fence fence, int threads = 1)
    {
        using Fences fences = new(fence);
        Memory<float> bias = fences.Output(BiasOf(each.Problem.Mask)?.Table.Length ?? 0, "biasGradient");
        Memory<float> table = fences.Output(TableOf(each.Problem.Mask)?.Table.Length ?? 0, "tableGradient");
        AttentionBackward others = (shape, query, key, value, output, logSumExp, slopes, queries, keys, values, mask, options) =>
            backward(shape, query, key, value, output, logSumExp, slopes, queries, keys, values, bias.Span, table.Span, mask, options);
        AttentionGradients gradients = others.Run(each, fence, threads);
        fences.AssertIntact();
        return new(bias.ToArray(), table.ToArray(), gradients);
    }

    private static (Expected Bias, Expected Table) Oracle(AttentionBackwardCase each)
    {
        AttentionShape shape = each.Problem.Shape;
        (BiasCase? bias, RelativeBiasCase? table) = (BiasOf(each.Problem.Mask), TableOf(each.Problem.Mask));
        Expected scores = AttentionBackwardOracle.Of(each.Problem, each.Slopes).Scores;
        Expected ofBias = Zeros(bias?.Table.Length ?? 0), ofTable = Zeros(table?.Table.Length ?? 0);
        for (int index = 0; index < scores.Values.Length; index++)
        {
            (int row, int j) = (index / shape.Keys, index % shape.Keys);
            (int b, int h, int i) = (row / shape.Queries / shape.Heads, row / shape.Queries % shape.Heads, row % shape.Queries);
            if (bias is not null)
            {
                Add(ofBias, bias.Repeated.Index(shape, b, h, i, j), scores, index);
            }

            if (table is not null)
            {
                int bucket = RelativeBiasCase.Bucket(j - (i + shape.Keys - shape.Queries), table.Buckets, table.IsBidirectional, table.MaxDistance);
                Add(ofTable, (h * table.Buckets) + bucket, scores, index);
            }
        }

        return (ofBias, ofTable);
    }

    private static Expected Zeros(int count) => new(new double[count], new double[count]);

    private static void Add(Expected sum, int place, Expected terms, int index)
    {
        sum.Values[place] += terms.Values[index];
        sum.Magnitudes[place] += terms.Magnitudes[index];
    }

    private static float[] Numbers(MaskCase mask) => BiasOf(mask)?.Table ?? TableOf(mask)!.Table;

    private static BiasCase? BiasOf(MaskCase mask) => mask is BothCase both ? BiasOf(both.One) ?? BiasOf(both.Other) : mask as BiasCase;

    private static RelativeBiasCase? TableOf(MaskCase mask) => mask is BothCase both ? TableOf(both.One) ?? TableOf(both.Other) : mask as RelativeBiasCase;
}
