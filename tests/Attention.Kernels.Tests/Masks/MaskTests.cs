namespace Attention.Kernels.Tests;

public sealed class MaskTests
{
    private static readonly AttentionShape Shape = new(Batch: 2, Heads: 3, KeyHeads: 1, Queries: 4, Keys: 5, Width: 2, ValueWidth: 2);

    [Theory]
    [InlineData(19)]
    [InlineData(21)]
    [InlineData(60)] // [H, N, M] is none of the layouts
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
    public void Both_OfOneKind_AreRefused()
    {
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

    private static void Refuses(string message, Mask mask)
    {
        AttentionCase problem = AttentionCase.Draw(Shape, MaskKind.None, seed: 6);
        float[] output = new float[problem.Sizes.Output];
        Refusal.Says(message, () => ScaledDotProduct.Forward(Shape, problem.Query, problem.Key, problem.Value, output, mask: mask));
        Refusal.Says(message, () => ScaledDotProduct.ForwardNaive(Shape, problem.Query, problem.Key, problem.Value, output, mask: mask));
    }
}
