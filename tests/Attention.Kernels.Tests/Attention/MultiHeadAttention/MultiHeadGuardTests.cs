namespace Attention.Kernels.Tests;

public sealed class MultiHeadGuardTests
{
    private static readonly MultiHeadShape Shape = new(2, 3, 4, 6, 2, 5) { KeyHeads = 1, ValueWidth = 7, MemoryWidth = 8, OutputWidth = 9 };

    [Theory]
    [InlineData(0, "input: expected 2×3×6 = 36 floats, got 1")]
    [InlineData(1, "memory: expected 2×4×8 = 64 floats, got 1")]
    [InlineData(2, "queryWeight: expected 10×6 = 60 floats, got 1")]
    [InlineData(3, "keyWeight: expected 5×8 = 40 floats, got 1")]
    [InlineData(4, "valueWeight: expected 7×8 = 56 floats, got 1")]
    [InlineData(5, "outputWeight: expected 9×14 = 126 floats, got 1")]
    [InlineData(6, "queryBias: expected 10 floats, got 1")]
    [InlineData(7, "keyBias: expected 5 floats, got 1")]
    [InlineData(8, "valueBias: expected 7 floats, got 1")]
    [InlineData(9, "outputBias: expected 9 floats, got 1")]
    public void Forward_WrongLength_DoesTheArithmetic(int index, string message)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(Shape, MaskKind.None, seed: 1200);
        float[] output = new float[problem.OutputCount], saved = new float[Shape.SavedCount];
        float[][] values = [.. problem.Values];
        values[index] = [1];
        Refusal.Says(message, () => MultiHeadAttention.Forward(Shape, values[0], values[1], MultiHeadCase.ParametersOf(values), output));
        Refusal.Says(message, () => MultiHeadAttention.ForwardNaive(Shape, values[0], values[1], MultiHeadCase.ParametersOf(values), output));
        Refusal.Says(message, () => MultiHeadAttention.Backward(Shape, values[0], values[1], MultiHeadCase.ParametersOf(values), saved, output, default));
        if (index > 1)
        {
            Refusal.Says(message, () => MultiHeadAttention.Pack(Shape, MultiHeadCase.ParametersOf(values)));
            float[][] gradients = [.. problem.Values.Select(value => new float[value.Length])];
            gradients[index] = [1];
            string name = MultiHeadGradients.NameOf(index);
            Refusal.Says(name + message[message.IndexOf(':', StringComparison.Ordinal)..], () => MultiHeadAttention.Backward(
                Shape, problem.Input, problem.Memory, problem.Parameters, saved, output, MultiHeadCase.GradientsOf(gradients)));
        }
    }

    [Fact]
    public void Forward_WrongOutputSavedOrWeights_IsRefused()
    {
        MultiHeadCase problem = MultiHeadCase.Draw(Shape, MaskKind.None, seed: 1201);
        float[] output = new float[problem.OutputCount];
        Assert.Equal(60 + 40 + 56 + 84 + 12, Shape.SavedCount);
        Refusal.Says("output: expected 2×3×9 = 54 floats, got 1", () => MultiHeadAttention.Forward(Shape, problem.Input, problem.Memory, problem.Parameters, new float[1]));
        Refusal.Says("saved: expected 252 floats, got 1", () => MultiHeadAttention.Forward(Shape, problem.Input, problem.Memory, problem.Parameters, output, new float[1]));
        float[] both = new float[252];
        MultiHeadCase narrow = MultiHeadCase.Draw(Shape with { OutputWidth = 6 }, MaskKind.None, seed: 1204);
        Refusal.Says("saved: must not overlap output", () => MultiHeadAttention.Forward(Shape, problem.Input, problem.Memory, problem.Parameters, both.AsSpan(0, 54), both));
        Refusal.Says("output: must not overlap outputWeight", () => MultiHeadAttention.Forward(Shape, problem.Input, problem.Memory, problem.Parameters, problem.Values[5].AsSpan(0, 54)));
        Refusal.Says("output: must not overlap input", () => MultiHeadAttention.Forward(narrow.Shape, narrow.Input, narrow.Memory, narrow.Parameters, narrow.Values[0]));
        MultiHeadWeights weights = MultiHeadAttention.Pack(Shape, problem.Parameters);
        Assert.Equal(Shape with { Batch = 0, Queries = 0, Keys = 0 }, weights.Shape);
        Refusal.Says(
            "weights: packed for MultiHeadShape { Batch = 2, Queries = 3, Keys = 4, InputWidth = 6, Heads = 2, HeadWidth = 5, KeyHeads = 1, ValueWidth = 7, MemoryWidth = 8, OutputWidth = 9 }, "
            + "got MultiHeadShape { Batch = 2, Queries = 3, Keys = 4, InputWidth = 6, Heads = 2, HeadWidth = 5, KeyHeads = 1, ValueWidth = 7, MemoryWidth = 8, OutputWidth = 6 }",
            () => MultiHeadAttention.Forward(Shape with { OutputWidth = null }, problem.Input, problem.Memory, weights, new float[36]));
        Assert.Throws<ArgumentNullException>(() => MultiHeadAttention.Forward(Shape, problem.Input, problem.Memory, null!, output));
    }

    [Fact]
    public void Backward_WrongGradients_AreRefused()
    {
        MultiHeadShape shape = MultiHeadShape.Self(1, 3, 4, 2);
        MultiHeadCase problem = MultiHeadCase.Draw(shape, MaskKind.None, seed: 1202);
        float[] saved = new float[shape.SavedCount], slopes = new float[12], both = new float[16];
        void Backward(MultiHeadGradients gradients) => MultiHeadAttention.Backward(shape, problem.Input, [], problem.Parameters, saved, slopes, gradients);
        Refusal.Says(
            "gradients.Memory: the memory is the input itself, and its gradient is part of gradients.Input", () => Backward(new() { Memory = new float[12] }));
        Refusal.Says("gradients.KeyWeight: must not overlap gradients.QueryWeight", () => Backward(new() { QueryWeight = both, KeyWeight = both }));
        Refusal.Says("gradients.Input: must not overlap input", () => Backward(new() { Input = problem.Values[0] }));
        Refusal.Says("gradients.Input: must not overlap outputGradient", () => Backward(new() { Input = slopes }));
        Refusal.Says("gradients.QueryWeight: must not overlap valueWeight", () => Backward(new() { QueryWeight = problem.Values[4] }));
        Refusal.Says("saved: expected 54 floats, got 1", () => MultiHeadAttention.Backward(shape, problem.Input, [], problem.Parameters, new float[1], slopes, default));
    }

    /// <summary>What the mask holds is an input too.</summary>
    [Fact]
    public void ForwardAndBackward_ResultOverTheMask_IsRefused()
    {
        MultiHeadShape shape = MultiHeadShape.Self(1, 4, 4, 2);
        MultiHeadCase problem = MultiHeadCase.Draw(shape, MaskKind.None, seed: 1203);
        MultiHeadWeights weights = MultiHeadAttention.Pack(shape, problem.Parameters);
        float[] bias = new float[shape.SavedCount], output = new float[16], saved = new float[shape.SavedCount];
        Mask mask = Mask.Bias(bias.AsMemory(0, 16));
        Refusal.Says("output: must not overlap bias", () => MultiHeadAttention.Forward(shape, problem.Input, [], problem.Parameters, bias.AsSpan(0, 16), mask: mask));
        Refusal.Says("output: must not overlap bias", () => MultiHeadAttention.Forward(shape, problem.Input, [], weights, bias.AsSpan(0, 16), mask));
        Refusal.Says("saved: must not overlap bias", () => MultiHeadAttention.ForwardNaive(shape, problem.Input, [], problem.Parameters, output, bias, mask));
        Refusal.Says("gradients.MaskBias: must not overlap bias", () => Backward(new() { MaskBias = bias.AsSpan(0, 16) }));
        Refusal.Says("gradients.Input: must not overlap bias", () => Backward(new() { Input = bias.AsSpan(0, 16) }));
        Refusal.Says("gradients.MaskBias: must not overlap saved", () => Backward(new() { MaskBias = saved.AsSpan(0, 16) }));
        Refusal.Says("gradients.MaskBias: expected 16 floats, got 4", () => Backward(new() { MaskBias = new float[4] }));
        Refusal.Says("gradients.MaskTable: expected 0 floats, got 4", () => Backward(new() { MaskTable = new float[4] }));
        void Backward(MultiHeadGradients gradients) => MultiHeadAttention.Backward(shape, problem.Input, [], problem.Parameters, saved, output, gradients, mask);
    }

    [Fact]
    public void Forward_SizesThatDescribeNoLayer_AreNamed()
    {
        Refusal.Says("heads: expected a divisor of the width 10, got 3", () => MultiHeadShape.Self(1, 2, 10, 3));
        Refusal.Says("heads: expected at least 1, got 0", () => MultiHeadShape.Self(1, 2, 10, 0));
        Refusal.Says("InputWidth: expected at least 1, got 0", () => Forward(new(1, 1, 1, 0, 1, 1)));
        Refusal.Says("MemoryWidth: expected at least 1, got 0", () => Forward(new(1, 1, 1, 1, 1, 1) { MemoryWidth = 0 }));
        Refusal.Says("OutputWidth: expected at least 1, got -1", () => Forward(new(1, 1, 1, 1, 1, 1) { OutputWidth = -1 }));
        Refusal.Says("KeyHeads: expected a divisor of Heads = 4, got 3", () => Forward(new(1, 1, 1, 1, 4, 1) { KeyHeads = 3 }));
        Refusal.Says("Queries: expected zero or more, got -1", () => Forward(new(1, -1, 1, 1, 4, 1)));
        Refusal.Says(
            "queryWeight: 65536×65536×1 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => Forward(new(0, 0, 0, 1, 65536, 65536)));
        Refusal.Says("input: 65536×65536×1 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => Forward(new(65536, 65536, 0, 1, 1, 1)));
        static void Forward(MultiHeadShape shape) => MultiHeadAttention.Forward(shape, [], [], default(MultiHeadParameters), []);
    }
}
