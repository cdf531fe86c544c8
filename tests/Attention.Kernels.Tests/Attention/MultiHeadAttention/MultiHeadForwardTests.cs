namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MultiHeadForwardTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShapeAndMask_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        for (int i = 0; i < MultiHeadCase.Shapes.Length; i++)
        {
            foreach (MaskKind mask in (MaskKind[])[MaskKind.None, MaskKind.Causal, MaskKinds.All[i % MaskKinds.All.Length]])
            {
                MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadCase.Shapes[i], mask, seed: 1000 + i, withBiases: mask != MaskKind.Causal);
                using Fences fences = new(fence);
                float[][] values = problem.Values;
                Memory<float>[] inputs = [.. values.Select((value, index) => fences.Input(value, MultiHeadGradients.NameOf(index)))];
                Memory<float> output = fences.Output(problem.OutputCount, "output"), saved = fences.Output(problem.Shape.SavedCount, "saved");
                MultiHeadParameters parameters = new()
                {
                    QueryWeight = inputs[2].Span,
                    KeyWeight = inputs[3].Span,
                    ValueWeight = inputs[4].Span,
                    OutputWeight = inputs[5].Span,
                    QueryBias = inputs[6].Span,
                    KeyBias = inputs[7].Span,
                    ValueBias = inputs[8].Span,
                    OutputBias = inputs[9].Span,
                };
                Mask built = problem.Mask.Build(fences);
                MultiHeadAttention.Forward(problem.Shape, inputs[0].Span, inputs[1].Span, parameters, output.Span, saved.Span, built, MultiHeadCalls.Options(form));
                fences.AssertIntact();
                ErrorBudget.Forward.Assert($"{problem}", MultiHeadOracle.Forward(problem), MultiHeadCalls.Naive(problem), output.Span);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_PackedOrWithNothingSaved_KeepsEveryBit(Form form)
    {
        foreach (MultiHeadShape shape in MultiHeadCase.Shapes)
        {
            MultiHeadCase problem = MultiHeadCase.Draw(shape, MaskKind.Causal, seed: 1020);
            float[] expected = MultiHeadCalls.Forward(form, problem), output = new float[problem.OutputCount];
            MultiHeadAttention.Forward(shape, problem.Input, problem.Memory, problem.Parameters, output, mask: Mask.Causal, options: MultiHeadCalls.Options(form));
            Bits.Same($"nothing saved, {problem}", expected, output);
            MultiHeadWeights weights = MultiHeadAttention.Pack(shape, problem.Parameters);
            MultiHeadAttention.Forward(shape, problem.Input, problem.Memory, weights, output, Mask.Causal, MultiHeadCalls.Options(form));
            Bits.Same($"packed, {problem}", expected, output);
        }
    }

    /// <summary>With one head and matrices that change nothing, the layer is attention itself.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OneHeadWithIdentities_IsScaledDotProduct(Form form)
    {
        const int Width = 20;
        float[] identity = new float[Width * Width];
        for (int i = 0; i < Width; i++)
        {
            identity[(i * Width) + i] = 1;
        }

        Draw draw = new(1021);
        float[] input = draw.Normal(2 * 30 * Width), memory = draw.Normal(2 * 41 * Width), expected = new float[input.Length];
        MultiHeadCase problem = new(new(2, 30, 41, Width, 1, Width), [input, memory, identity, identity, identity, identity, [], [], [], []], MaskCase.None, 1021);
        ScaledDotProduct.Forward(new(2, 1, 1, 30, 41, Width, Width), input, memory, memory, expected, options: MultiHeadCalls.Options(form));
        Bits.Same("one head", expected, MultiHeadCalls.Forward(form, problem));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_MemoryThatIsTheInput_IsSelfAttention(Form form)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(2, 19, 24, 4), MaskKind.None, seed: 1022);
        float[][] values = [.. problem.Values];
        values[1] = [.. values[0]];
        Bits.Same("memory", MultiHeadCalls.Forward(form, problem), MultiHeadCalls.Forward(form, problem with { Values = values }));
    }

    /// <summary>Nothing in the layer knows the order of the rows.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_RowsPermuted_PermutesTheOutput(Form form)
    {
        const int Length = 50, Width = 12;
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(1, Length, Width, 3), MaskKind.None, seed: 1023);
        int[] order = new Draw(1024).Shuffled(Length);
        float[][] values = [.. problem.Values];
        values[0] = [.. order.SelectMany(row => problem.Values[0][(row * Width)..((row + 1) * Width)])];
        MultiHeadCase permuted = problem with { Values = values };
        ErrorBudget.Forward.Assert("permuted", MultiHeadOracle.Forward(permuted), MultiHeadCalls.Naive(permuted), MultiHeadCalls.Forward(form, permuted));
        float[] before = MultiHeadCalls.Forward(form, problem), after = MultiHeadCalls.Forward(form, permuted);
        for (int i = 0; i < after.Length; i++)
        {
            Assert.Equal(before[(order[i / Width] * Width) + (i % Width)], after[i], 1e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_QueryThatSeesNoKey_GetsTheOutputBias(Form form)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(2, 9, 8, 2), MaskKind.None, seed: 1025) with { Mask = new KeyLengthsCase([0, 4]) };
        float[] output = MultiHeadCalls.Forward(form, problem);
        for (int row = 0; row < 9; row++)
        {
            Bits.Same($"row {row}", problem.Values[9], output.AsSpan(row * 8, 8));
        }
    }

    [Fact]
    public void Forward_AnyNumberOfThreads_KeepsEveryBit()
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(2, 150, 128, 4), MaskKind.Causal, seed: 1026);
        float[] alone = MultiHeadCalls.Forward(Form.Door, problem);
        foreach (int threads in (int[])[0, 2, 3])
        {
            Bits.Same($"{threads} threads", alone, MultiHeadCalls.Forward(Form.Door, problem, threads));
        }
    }

    [Fact]
    public void Attend_Matrices_ReturnsANewOne()
    {
        Draw draw = new(1027);
        float[,] input = draw.Matrix(5, 6), memory = draw.Matrix(7, 4), q = draw.Matrix(8, 6), k = draw.Matrix(8, 4), v = draw.Matrix(10, 4), o = draw.Matrix(3, 10);
        float[,] output = MultiHeadAttention.Attend(input, memory, 2, q, k, v, o, Mask.Causal);
        Assert.Equal((5, 3), (output.GetLength(0), output.GetLength(1)));
        MultiHeadShape shape = new(1, 5, 7, 6, 2, 4) { ValueWidth = 5, MemoryWidth = 4, OutputWidth = 3 };
        float[][] values = [.. ((float[][,])[input, memory, q, k, v, o]).Select(matrix => matrix.Cast<float>().ToArray()), [], [], [], []];
        Bits.Same("cells", MultiHeadCalls.Forward(Form.Door, new(shape, values, new CausalCase(new(1, 2, 2, 5, 7, 4, 5)), 1027)), output.Cast<float>().ToArray());
        Refusal.Says("queryWeight: expected rows that 3 heads can share, got 8", () => MultiHeadAttention.Attend(input, memory, 3, q, k, v, o));
        Assert.Throws<ArgumentNullException>(() => MultiHeadAttention.Attend(input, null!, 2, q, k, v, o));
    }
}
