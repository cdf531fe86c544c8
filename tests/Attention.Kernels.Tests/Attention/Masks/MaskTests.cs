namespace Attention.Kernels.Tests;

public sealed class MaskTests
{
    private static readonly AttentionShape Shape = new(Batch: 2, Heads: 3, KeyHeads: 1, Queries: 4, Keys: 5, Width: 2, ValueWidth: 2);

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(60)] // [H, N, M] is none of the layouts: for B = H it would be two
    [InlineData(0)]
    public void PatternOrBias_OfWrongLength_NamesTheLayouts(int length)
    {
        const string Expected = "expected [N, M] = 4×5 = 20, [B, 1, N, M] = 40 or [B, H, N, M] = 120 elements, got";
        Refuses($"visible: {Expected} {length}", Mask.Visible(new bool[length]));
        Refuses($"bias: {Expected} {length}", Mask.Bias(new float[length]));
        Refuses($"bias: {Expected} {length}", Mask.Causal & Mask.Bias(new float[length]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void KeyLengths_NotOnePerSequence_AreRefused(int count) => Refuses($"key lengths: expected B = 2 of them, got {count}", Mask.KeyLengths(new int[count]));

    [Theory]
    [InlineData(-1)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void KeyLengths_BeyondTheKeys_AreRefused(int length)
    {
        Refuses(FormattableString.Invariant($"key lengths: expected 0 to M = 5, got {length} for sequence 0"), Mask.KeyLengths(new[] { length, 5 }));
        Refuses(FormattableString.Invariant($"key lengths: expected 0 to M = 5, got {length} for sequence 1"), Mask.KeyLengths(new[] { 5, length }));
    }

    [Fact]
    public void KeyStarts_LikeLengths_AreRefused()
    {
        Refuses("key starts: expected B = 2 of them, got 3", Mask.KeyStarts(new int[3]));
        Refuses("key starts: expected 0 to M = 5, got 6 for sequence 1", Mask.KeyStarts(Pair(5, 6)));
        Refuses("key starts: expected 0 to M = 5, got -1 for sequence 0", Mask.KeyStarts(Pair(-1, 6)));
    }

    [Fact]
    public void Parts_OfWrongLength_DoTheArithmetic()
    {
        Refuses("bias: expected 3×4×5 = 60 floats, got 40", Mask.BiasPerHead(new float[40]));
        Refuses("slopes: expected 3 floats, got 2", Mask.Alibi(new float[2]));
        Refuses("table: expected 3×32 = 96 floats, got 95", Mask.RelativeBias(new float[95]));
        const string Expected = "layout: expected ⌈N / 3⌉ × ⌈M / 3⌉ = 2×2 = 4 blocks, or 12 for each head its own, got";
        Refuses($"{Expected} 5", Mask.Blocks(new bool[5], 3));
        Refuses($"{Expected} 0", Mask.Blocks(default, 3));
        Refuses("slopes: expected finite numbers, got NaN for head 1", Mask.Alibi(Slopes(1, float.NaN)));
        Refuses("slopes: expected finite numbers, got -Infinity for head 2", Mask.Alibi(Slopes(2, float.NegativeInfinity)));
    }

    [Fact]
    public void Numbers_OutOfRange_AreRefusedWhereTheyAreGiven()
    {
        Refusal.Says("before: expected zero or more, got -1", () => _ = Mask.Window(-1, 0));
        Refusal.Says("after: expected zero or more, got -2", () => _ = Mask.Window(0, -2));
        Refusal.Says("sinks: expected zero or more, got -3", () => _ = Mask.Window(0, 0, -3));
        Refusal.Says("blockSize: expected at least 1, got 0", () => _ = Mask.Blocks(new bool[4], 0));
        Refusal.Says("buckets: expected an even number of at least 4, got 5", () => _ = Mask.RelativeBias(new float[15], 5));
        Refusal.Says("buckets: expected an even number of at least 4, got 2", () => _ = Mask.RelativeBucket(0, 2));
        Refusal.Says("buckets: expected at least 2, got 1", () => _ = Mask.RelativeBucket(0, 1, isBidirectional: false));
        Refusal.Says("maxDistance: expected more than the 8 distances that have a bucket each, got 8", () => _ = Mask.RelativeBucket(0, maxDistance: 8));
    }

    [Fact]
    public void Both_OfOneKind_AreRefused()
    {
        Refusal.Says("mask: both sides hold windows; combine them into one first", () => _ = Mask.Window(1, 1) & Mask.Window(1, 1));
        Refusal.Says("mask: both sides hold key starts; combine them into one first", () => _ = Mask.KeyStarts(new int[2]) & Mask.KeyStarts(new int[2]));
        Refusal.Says("mask: both sides hold block layouts; combine them into one first", () => _ = Mask.Blocks(new bool[4], 3) & Mask.Blocks(new bool[4], 3));
        Refusal.Says("mask: both sides hold slopes; combine them into one first", () => _ = Mask.Alibi(new float[3]) & Mask.Alibi(new float[3]));
        Refusal.Says("mask: both sides hold relative biases; combine them into one first", () => _ = Mask.RelativeBias(new float[96]) & Mask.RelativeBias(new float[96]));
        Refusal.Says("mask: both sides hold biases; combine them into one first", () => _ = Mask.Bias(new float[20]) & Mask.BiasPerHead(new float[60]));
        Refusal.Says("mask: both sides hold key lengths; combine them into one first", () => _ = Mask.KeyLengths(new int[2]) & Mask.KeyLengths(new int[2]));
        Refusal.Says("mask: both sides hold visible patterns; combine them into one first", () => _ = Mask.Visible(new bool[20]) & Mask.Visible(new bool[20]));
        Refusal.Says("mask: both sides hold biases; combine them into one first", () => _ = Mask.Bias(new float[20]) & (Mask.Causal & Mask.Bias(new float[20])));
    }

    [Fact]
    public void Both_InEitherOrder_HideTheSame()
    {
        AttentionCase problem = AttentionCase.Draw(Shape, MaskKind.Everything, seed: 7);
        BothCase mask = (BothCase)problem.Mask;
        AttentionForward forward = AttentionCalls.Forward(Form.Door);
        AttentionResult swapped = forward.Run(problem with { Mask = new BothCase(mask.Other, mask.One) });
        Bits.Same("swapped", forward.Run(problem).Output, swapped.Output);
        new AttentionJudge(problem).Assert("swapped", swapped);
        using Fences fences = new(Fence.End);
        float[] named = new float[problem.Sizes.Output];
        ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, named, mask: Mask.BitwiseAnd(mask.One.Build(fences), mask.Other.Build(fences)));
        Bits.Same("by name", swapped.Output, named);
    }

    [Fact]
    public void Both_WithNone_IsTheOther()
    {
        AttentionCase problem = AttentionCase.Draw(Shape, MaskKind.CausalAndBias, seed: 8);
        AttentionForward forward = AttentionCalls.Forward(Form.Door);
        float[] expected = forward.Run(problem).Output;
        Bits.Same("none on the right", expected, forward.Run(problem with { Mask = new BothCase(problem.Mask, MaskCase.None) }).Output);
        Bits.Same("none on the left", expected, forward.Run(problem with { Mask = new BothCase(MaskCase.None, problem.Mask) }).Output);
    }

    [Fact]
    public void Default_IsNone()
    {
        AttentionCase problem = AttentionCase.Draw(Shape, MaskKind.None, seed: 9);
        float[] output = new float[problem.Sizes.Output];
        ScaledDotProduct.Forward(Shape, problem.Query, problem.Key, problem.Value, output, mask: default);
        Bits.Same("default", AttentionCalls.Forward(Form.Door).Run(problem).Output, output);
    }

    /// <summary>A matrix is copied, memory is referred to: both as documented.</summary>
    [Fact]
    public void MatrixIsCopied_MemoryIsNot()
    {
        Draw draw = new(10);
        float[,] query = draw.Matrix(3, 2), key = draw.Matrix(4, 2), value = draw.Matrix(4, 2);
        float[,] bias = draw.Matrix(3, 4);
        float[] flat = [.. bias.Cast<float>()];
        Mask copied = Mask.Bias(bias), referred = Mask.Bias(flat.AsMemory());
        float[,] before = ScaledDotProduct.Attend(query, key, value, copied);
        Assert.Equal(before, ScaledDotProduct.Attend(query, key, value, referred));
        bias[1, 2] = flat[6] = 20;
        Assert.Equal(before, ScaledDotProduct.Attend(query, key, value, copied));
        Assert.NotEqual(before, ScaledDotProduct.Attend(query, key, value, referred));
    }

    [Fact]
    public void Matrix_Null_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => Mask.Visible((bool[,])null!));
        Assert.Throws<ArgumentNullException>(() => Mask.Bias((float[,])null!));
    }

    private static int[] Pair(int first, int second) => [first, second];

    private static float[] Slopes(int index, float value)
    {
        float[] slopes = [1, 1, 1];
        slopes[index] = value;
        return slopes;
    }

    private static void Refuses(string message, Mask mask)
    {
        AttentionCase problem = AttentionCase.Draw(Shape, MaskKind.None, seed: 6);
        float[] output = new float[problem.Sizes.Output];
        Refusal.Says(message, () => ScaledDotProduct.Forward(Shape, problem.Query, problem.Key, problem.Value, output, mask: mask));
        Refusal.Says(message, () => ScaledDotProduct.ForwardNaive(Shape, problem.Query, problem.Key, problem.Value, output, mask: mask));
    }

    /// <summary>Who adds to the same matrix of a bias's gradient does so one after the other: nobody may be missed, and nobody waits for more than the nearest.</summary>
    [Fact]
    public void HeadsApart_AnyBias_IsTheWayToTheNearestKeyHeadThatSharesAMatrix()
    {
        const int Matrix = 2 * 3;
        foreach ((int batch, int heads, int keyHeads) in ((int, int, int)[])[(1, 1, 1), (2, 4, 2), (3, 2, 2), (3, 4, 1), (2, 3, 3), (1, 6, 3), (4, 1, 1)])
        {
            AttentionShape shape = new(batch, heads, keyHeads, 2, 3, 1, 1);
            int group = heads / keyHeads;
            foreach (Mask mask in (Mask[])
                [Mask.Bias(new float[Matrix]), Mask.Bias(new float[batch * Matrix]), Mask.Bias(new float[batch * heads * Matrix]), Mask.BiasPerHead(new float[heads * Matrix])])
            {
                long[][] matrices =
                    [.. Enumerable.Range(0, batch * keyHeads).Select(at => Enumerable.Range(0, group).Select(h => mask.BiasMatrix(shape, at / keyHeads, (at % keyHeads * group) + h)).ToArray())];
                for (int at = 0; at < matrices.Length; at++)
                {
                    int nearest = Enumerable.Range(1, at).FirstOrDefault(apart => matrices[at - apart].Intersect(matrices[at]).Any());
                    Assert.Equal((at, nearest), (at, mask.HeadsApart(shape, at / keyHeads, at % keyHeads)));
                }
            }
        }
    }
}
