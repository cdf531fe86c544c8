using System.Runtime.CompilerServices;

namespace Attention.Kernels.Tests;

/// <summary>A call that repeats costs the garbage collector nothing.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int Calls = 20;
    private const int Batches = 5;

    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Attention_OneThread_AllocatesNothingPerCall(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×33×70×16/24", "1×1×300×600×64", "1×8/2×1×300×64"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(shape), mask, seed: 401);
            using Fences fences = new(Fence.End);
            Mask built = problem.Mask.Build(fences);
            float[] output = new float[problem.Sizes.Output];
            float[] logSumExp = new float[problem.Sizes.Rows];
            AssertNone($"{problem}", () =>
                ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, output, logSumExp, built, new AttentionOptions { MaxThreads = 1 }));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void AttentionBackward_OneThread_AllocatesNothingPerCall(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×33×70×16/24", "1×1×200×300×64"])
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 404);
            (AttentionCase forward, Sizes sizes) = (problem.Problem, problem.Problem.Sizes);
            using Fences fences = new(Fence.End);
            Mask built = forward.Mask.Build(fences);
            float[] query = new float[sizes.Query], key = new float[sizes.Key], value = new float[sizes.Value];
            AssertNone($"{problem}", () => ScaledDotProduct.Backward(
                forward.Shape,
                forward.Query,
                forward.Key,
                forward.Value,
                problem.Forward.Output,
                problem.Forward.LogSumExp,
                problem.Slopes,
                query,
                key,
                value,
                built,
                new AttentionOptions { MaxThreads = 1 }));
        }
    }

    [Fact]
    public void Mask_MadeOfMemoryAndCombined_AllocatesNothing()
    {
        int[] lengths = [3, 5];
        bool[] visible = new bool[15];
        float[] bias = new float[15];
        Mask mask = default;
        AssertNone("masks", () => mask = Mask.Causal & Mask.KeyLengths(lengths) & Mask.KeyStarts(lengths) & Mask.Visible(visible) & Mask.Blocks(visible, 4) & Mask.Bias(bias) & Mask.Alibi(bias) & Mask.Window(3, 4) & mask & Mask.None, reset: () => mask = default);
    }

    [Fact]
    public void SoftmaxAndExponential_AllocateNothingPerCall()
    {
        float[] x = new Draw(402).Normal(7 * 300), y = new float[x.Length], gradient = new float[x.Length];
        AssertNone("softmax forward", () => Softmax.Forward(new(7, 300), x, y));
        AssertNone("softmax backward", () => Softmax.Backward(new(7, 300), y, x, gradient));
        AssertNone("softmax forward, naive", () => Softmax.ForwardNaive(new(7, 300), x, y));
        AssertNone("exponential forward", () => Exponential.Forward(x, y));
        AssertNone("exponential backward", () => Exponential.Backward(y, x, gradient));
    }

    [Fact]
    public void Positions_AllocateNothingPerCall()
    {
        float[] x = new Draw(404).Normal(2 * 3 * 5 * 64), y = new float[x.Length];
        RotaryTable table = new(9, 64, RotaryPairs.Neighbours);
        AssertNone("rotary forward", () => RotaryPositions.Forward(new(2, 3, 5, 64), table, x, y, [4, 2]));
        AssertNone("rotary backward", () => RotaryPositions.Backward(new(2, 3, 5, 64), table, x, y));
        AssertNone("sinusoidal", () => SinusoidalPositions.Forward(new(30, 64), y));
        AssertNone("learned forward", () => LearnedPositions.Forward(new(2, 15, 64, 30), x, x, y));
        AssertNone("learned backward", () => LearnedPositions.Backward(new(2, 15, 64, 30), x, y));
        AssertNone("slopes", () => AlibiSlopes.Forward(y));
    }

    [Fact]
    public void WaysToWeighRows_AllocateNothingPerCall()
    {
        RowShape shape = new(7, 300);
        float[] x = new Draw(404).Normal(7 * 300), y = new float[x.Length], gradient = new float[x.Length];
        bool[] visible = new bool[x.Length];
        int[] lengths = [0, 1, 2, 300, 4, 5, 6], chosen = new int[7];
        float[] large = new float[300 * 300];
        AssertNone("softmax along an axis", () => Softmax.ForwardAlongAxis(new(7, 30, 10), x, y));
        AssertNone("its gradient", () => Softmax.BackwardAlongAxis(new(7, 30, 10), y, x, gradient));
        AssertNone("masked softmax", () => MaskedSoftmax.Forward(shape, x, visible, y));
        AssertNone("its gradient", () => MaskedSoftmax.Backward(shape, y, visible, x, gradient));
        AssertNone("softmax of lengths", () => MaskedSoftmax.Forward(shape, x, lengths, y));
        AssertNone("log-softmax", () => LogSoftmax.Forward(shape, x, y, new() { Temperature = 2 }));
        AssertNone("its gradient", () => LogSoftmax.Backward(shape, y, x, gradient));
        AssertNone("sparsemax", () => Sparsemax.Forward(shape, x, y));
        AssertNone("its gradient", () => Sparsemax.Backward(shape, y, x, gradient));
        AssertNone("soft cap", () => SoftCap.Forward(x, 3, y));
        AssertNone("its gradient", () => SoftCap.Backward(y, 3, x, gradient));
        AssertNone("Gumbel-softmax", () => GumbelSoftmax.ForwardHard(shape, x, 1, 2, y, gradient));
        HardAttentionShape hard = new(1, 7, 300, 300);
        AssertNone("hard attention", () => HardAttention.Forward(hard, x, large, chosen, y));
        AssertNone("drawn", () => HardAttention.ForwardSampled(hard, x, large, 3, chosen, y));
        AssertNone("its gradient", () => HardAttention.Backward(hard, chosen, y, large));
        AssertNone("its estimate", () => HardAttention.BackwardReinforce(hard, x, chosen, y.AsSpan(0, 7), [], gradient));
        AssertNone("entmax", () => Entmax15.Forward(shape, x, y));
        AssertNone("its gradient", () => Entmax15.Backward(shape, y, x, gradient));
    }

    [Fact]
    public void MatmulAndMultiHeadAttention_OneThread_AllocateNothingPerCall()
    {
        MatmulCase product = MatmulCase.Draw(new(70, 130, 90), seed: 404, withBias: true), column = MatmulCase.Draw(new(70, 1, 90), seed: 405);
        float[] c = new float[70 * 130], da = new float[product.Left.Length], db = new float[product.Right.Length], dbias = new float[130];
        KernelOptions alone = new() { MaxThreads = 1 };
        PackedMatrix packed = Matmul.Pack(product.Shape, product.Right);
        AssertNone("matmul", () => Matmul.Forward(product.Shape, product.Left, product.Right, c, product.Bias, alone));
        AssertNone("matmul, packed", () => Matmul.Forward(product.Shape, product.Left, packed, c, product.Bias, alone));
        AssertNone("matmul, one column", () => Matmul.Forward(column.Shape, column.Left, column.Right, c.AsSpan(0, 70), options: alone));
        AssertNone("matmul backward", () => Matmul.Backward(product.Shape, product.Left, product.Right, c, da, db, dbias, alone));

        MultiHeadCase layer = MultiHeadCase.Draw(MultiHeadShape.Self(1, 60, 64, 4), MaskKind.None, seed: 406);
        MultiHeadWeights weights = MultiHeadAttention.Pack(layer.Shape, layer.Parameters);
        float[] output = new float[layer.OutputCount], saved = new float[layer.Shape.SavedCount];
        float[][] gradients = [.. layer.Values.Select(value => new float[value.Length])];
        AttentionOptions options = new() { MaxThreads = 1 };
        AssertNone("layer, packed", () => MultiHeadAttention.Forward(layer.Shape, layer.Input, layer.Memory, weights, output, options: options));
        AssertNone("layer", () => MultiHeadAttention.Forward(layer.Shape, layer.Input, layer.Memory, layer.Parameters, output, saved, options: options));
        AssertNone("layer backward", () => MultiHeadAttention.Backward(
            layer.Shape, layer.Input, layer.Memory, layer.Parameters, saved, output, MultiHeadCase.GradientsOf(gradients), options: options));
    }

    /// <summary>What a kernel keeps for its next call must not keep the last caller's mask alive.</summary>
    [Fact]
    public void Attention_Finished_LetsGoOfItsMask()
    {
        WeakReference mask = Attend();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(mask.IsAlive, "the mask's memory is still referred to");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Attend()
        {
            Draw draw = new(403);
            float[,] query = draw.Matrix(70, 8), key = draw.Matrix(90, 8), value = draw.Matrix(90, 8);
            bool[] visible = draw.Coins(70 * 90);
            _ = ScaledDotProduct.Attend(query, key, value, Mask.Visible(visible));
            return new WeakReference(visible);
        }
    }

    /// <summary>The measure itself sees an allocation.</summary>
    [Fact]
    public void AssertNone_CallThatAllocates_Fails() =>
        Assert.Matches("Of: [1-9][0-9]+ bytes", Assert.ThrowsAny<Exception>(() => AssertNone("Of", () => Exponential.Of(new float[1]))).Message);

    internal static void AssertNone(string what, Action call, Action? reset = null)
    {
        // What a call allocates it allocates in every batch; what the runtime does once (compile again, retire a half-used block of the heap) is gone from the next.
        long fewest = long.MaxValue;
        for (int batch = 0; batch < Batches && fewest > 0; batch++)
        {
            call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                reset?.Invoke();
                call();
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(fewest == 0, $"{what}: {fewest} bytes in {Calls} calls");
    }
}
