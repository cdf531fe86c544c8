namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MultiHeadBackwardTests
{
    /// <summary>Recorded once, for all forms: a layer, its loss's slopes, and the gradients that it should have.</summary>
    private static readonly Lazy<(MultiHeadCase Problem, float[] Slopes, Expected Output, Expected[] Expected)>[] Judged = [.. MultiHeadCase.Shapes.Select((shape, i) =>
        new Lazy<(MultiHeadCase, float[], Expected, Expected[])>(() =>
        {
            MultiHeadCase problem = MultiHeadCase.Draw(shape, i % 2 == 0 ? MaskKind.None : MaskKind.Causal, seed: 1110 + i);
            float[] slopes = new Draw(1130 + i).Normal(problem.OutputCount);
            (Expected output, Expected[] gradients) = MultiHeadOracle.Record(problem, slopes);
            return (problem, slopes, output, gradients);
        }))];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_SelfAndCrossAttention_MatchesFiniteDifferences(Form form)
    {
        MultiHeadCase[] problems =
        [
            MultiHeadCase.Draw(MultiHeadShape.Self(2, 3, 4, 2), MaskKind.Causal, seed: 1100),
            MultiHeadCase.Draw(new(1, 3, 4, 5, 4, 2) { KeyHeads = 2, ValueWidth = 3, MemoryWidth = 3, OutputWidth = 2 }, MaskKind.None, seed: 1101),
        ];
        foreach (MultiHeadCase problem in problems)
        {
            float[] slopes = new Draw(1102).Normal(problem.OutputCount);
            float[][] gradients = Gradients(form, problem, slopes);
            for (int index = 0; index < problem.Values.Length; index++)
            {
                if (index == 7)
                {
                    // A bias of the keys shifts all scores of a query alike, and so has no gradient but for rounding.
                    Assert.All(gradients[index], slope => Assert.Equal(0, slope, 1e-6f));
                    continue;
                }

                int moving = index;
                double Loss(double[] moved)
                {
                    double[][] values = Array.ConvertAll(problem.Values, each => Array.ConvertAll(each, value => (double)value));
                    values[moving] = moved;
                    return MultiHeadOracle.Forward(problem, values).Values.Zip(slopes, (output, slope) => output * slope).Sum();
                }

                FiniteDifferences.Assert($"{MultiHeadGradients.NameOf(index)}, {problem}", problem.Values[index], Loss, gradients[index]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach ((MultiHeadCase problem, float[] slopes, _, Expected[] expected) in Judged.Select(each => each.Value))
        {
            float[] saved = new float[problem.Shape.SavedCount];
            MultiHeadCalls.Forward(form, problem, saved);
            using Fences fences = new(fence);
            Mask mask = problem.Mask.Build(fences);
            Memory<float>[] fast = [.. problem.Values.Select((value, index) => fences.Output(value.Length, MultiHeadGradients.NameOf(index)))];
            ReadOnlySpan<float> state = fences.Input(saved, "saved").Span, slope = fences.Input(slopes, "outputGradient").Span;
            MultiHeadGradients gradients = new()
            {
                Input = fast[0].Span,
                Memory = fast[1].Span,
                QueryWeight = fast[2].Span,
                KeyWeight = fast[3].Span,
                ValueWeight = fast[4].Span,
                OutputWeight = fast[5].Span,
                QueryBias = fast[6].Span,
                KeyBias = fast[7].Span,
                ValueBias = fast[8].Span,
                OutputBias = fast[9].Span,
            };
            MultiHeadAttention.Backward(problem.Shape, problem.Input, problem.Memory, problem.Parameters, state, slope, gradients, mask, MultiHeadCalls.Options(form));
            fences.AssertIntact();

            float[][] naive = Naive(problem, slopes, mask);
            for (int index = 0; index < naive.Length; index++)
            {
                ErrorBudget.Gradient.Assert($"{MultiHeadGradients.NameOf(index)} of {problem}", expected[index], naive[index], fast[index].Span);
            }
        }
    }

    /// <summary>The naive form is the yardstick of the fast one; so it may lose what rounding can, one step for each on the longest way, and no more.</summary>
    [Fact]
    public void Naive_AnyShape_LosesNoMoreThanRounding()
    {
        foreach ((MultiHeadCase problem, float[] slopes, Expected output, Expected[] expected) in Judged.Select(each => each.Value))
        {
            MultiHeadShape shape = problem.Shape;
            (int e, int ek, int dv) = (shape.InputWidth, shape.MemoryWidth ?? shape.InputWidth, shape.ValueWidth ?? shape.HeadWidth);
            (int eo, int contexts, int features) = (shape.OutputWidth ?? e, shape.Heads * dv, shape.Heads * shape.HeadWidth);
            int forward = Math.Max(e, ek) + shape.HeadWidth + (2 * shape.Keys) + contexts + 12;
            ErrorBudget.Rounding(forward).Assert($"output of {problem}", output, MultiHeadCalls.Naive(problem));
            float[][] naive = Naive(problem, slopes, problem.Mask is CausalCase ? Mask.Causal : Mask.None);
            int back = eo + (2 * dv) + (shape.Heads * (shape.Queries + shape.Keys)) + Math.Max(shape.Batch * Math.Max(shape.Queries, shape.Keys), 3 * Math.Max(features, contexts)) + 12;
            for (int index = 0; index < naive.Length; index++)
            {
                ErrorBudget.Rounding(forward + back).Assert($"{MultiHeadGradients.NameOf(index)} of {problem}", expected[index], naive[index]);
            }
        }
    }

    /// <summary>What a mask adds to the scores learns through the layer too.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_MaskThatAdds_GivesTheBiasItsGradient(Form form)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(new(2, 7, 9, 10, 4, 6) { KeyHeads = 2 }, MaskKind.None, seed: 1170);
        Draw draw = new(1171);
        float[] slopes = draw.Normal(problem.OutputCount), bias = draw.Normal(7 * 9), fast = new float[bias.Length], naive = new float[bias.Length];
        float[] saved = new float[problem.Shape.SavedCount], output = new float[problem.OutputCount];
        Mask mask = Mask.Bias(bias);
        MultiHeadAttention.Forward(problem.Shape, problem.Input, problem.Memory, problem.Parameters, output, saved, mask, MultiHeadCalls.Options(form));
        MultiHeadAttention.Backward(problem.Shape, problem.Input, problem.Memory, problem.Parameters, saved, slopes, new() { MaskBias = fast }, mask, MultiHeadCalls.Options(form));
        MultiHeadAttention.BackwardNaive(problem.Shape, problem.Input, problem.Memory, problem.Parameters, saved, slopes, new() { MaskBias = naive }, mask);
        ErrorBudget.Gradient.Assert($"{form}", MultiHeadOracle.Record(problem, slopes, added: bias).Gradients[10], naive, fast);
    }

    /// <summary>A table's place holds what the biases of its distance would get together; the buckets here are the distances themselves, up to 3 on either side.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_MaskWithATable_SumsTheGradientsOfADistance(Form form)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(1, 4, 6, 2), MaskKind.None, seed: 1180);
        Draw draw = new(1181);
        float[] slopes = draw.Normal(problem.OutputCount), table = draw.Normal(2 * 16), bias = new float[2 * 4 * 4], fromTable = new float[table.Length], fromBias = new float[bias.Length];
        int Place(int h, int i, int j) => (h * 16) + (j > i ? 8 + j - i : i - j); // Raffel et al. 2020: half of the buckets for keys ahead
        for (int at = 0; at < bias.Length; at++)
        {
            bias[at] = table[Place(at / 16, at / 4 % 4, at % 4)];
        }

        float[] byTable = Run(Mask.RelativeBias(table, 16), new() { MaskTable = fromTable }), byBias = Run(Mask.BiasPerHead(bias), new() { MaskBias = fromBias });
        Bits.Same("output", byBias, byTable);
        Assert.Contains(fromBias, slope => Math.Abs(slope) > 0.01f);
        for (int place = 0; place < table.Length; place++)
        {
            float[] parts = [.. Enumerable.Range(0, bias.Length).Where(at => Place(at / 16, at / 4 % 4, at % 4) == place).Select(at => fromBias[at])];
            ErrorBudget.Rounding(8).Assert($"place {place}", new([parts.Sum(part => (double)part)], [parts.Sum(part => Math.Abs((double)part))]), [fromTable[place]]);
        }

        float[] Run(Mask mask, MultiHeadGradients gradients)
        {
            float[] saved = new float[problem.Shape.SavedCount], output = new float[problem.OutputCount];
            MultiHeadAttention.Forward(problem.Shape, problem.Input, problem.Memory, problem.Parameters, output, saved, mask, MultiHeadCalls.Options(form));
            MultiHeadAttention.Backward(problem.Shape, problem.Input, problem.Memory, problem.Parameters, saved, slopes, gradients, mask, MultiHeadCalls.Options(form));
            return output;
        }
    }

    /// <summary>The backward pass drops what the forward pass dropped.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_Dropout_StaysInBudget(Form form)
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(2, 21, 12, 3), MaskKind.None, seed: 1140);
        AttentionOptions options = MultiHeadCalls.Options(form) with { Dropout = new WeightDropout(0.4f, 99) };
        float[] output = new float[problem.OutputCount], slopes = new Draw(1141).Normal(output.Length), saved = new float[problem.Shape.SavedCount];
        float[][] fast = [.. problem.Values.Select(value => new float[value.Length])], naive = Naive(problem, slopes, Mask.None, options);
        MultiHeadAttention.Forward(problem.Shape, problem.Input, [], problem.Parameters, output, saved, options: options);
        MultiHeadAttention.Backward(problem.Shape, problem.Input, [], problem.Parameters, saved, slopes, MultiHeadCase.GradientsOf(fast), options: options);
        Assert.NotEqual(MultiHeadCalls.Forward(form, problem), output);
        Expected[] expected = MultiHeadOracle.Record(problem, slopes, options.Dropout).Gradients;
        for (int index = 0; index < naive.Length; index++)
        {
            ErrorBudget.Gradient.Assert($"{MultiHeadGradients.NameOf(index)}, {form}", expected[index], naive[index], fast[index]);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_GradientsLeftOut_ChangeNoneOfTheOthers(Form form)
    {
        foreach (MultiHeadShape shape in MultiHeadCase.Shapes[..5])
        {
            MultiHeadCase problem = MultiHeadCase.Draw(shape, MaskKind.None, seed: 1150);
            float[] slopes = new Draw(1151).Normal(problem.OutputCount);
            float[][] all = Gradients(form, problem, slopes);
            for (int only = 0; only < problem.Values.Length; only++)
            {
                float[][] one = Gradients(form, problem, slopes, only);
                Bits.Same($"{MultiHeadGradients.NameOf(only)} alone, {problem}", all[only], one[only]);
            }
        }
    }

    [Fact]
    public void Backward_AnyNumberOfThreads_KeepsEveryBit()
    {
        MultiHeadCase problem = MultiHeadCase.Draw(MultiHeadShape.Self(2, 150, 96, 4), MaskKind.Causal, seed: 1160);
        float[] slopes = new Draw(1161).Normal(problem.OutputCount);
        float[][] alone = Gradients(Form.Door, problem, slopes);
        foreach (int threads in (int[])[0, 2, 3])
        {
            float[][] together = Gradients(Form.Door, problem, slopes, maxThreads: threads);
            for (int index = 0; index < alone.Length; index++)
            {
                Bits.Same($"{MultiHeadGradients.NameOf(index)}, {threads} threads", alone[index], together[index]);
            }
        }
    }

    /// <summary>The naive gradients from what the naive forward pass wrote.</summary>
    private static float[][] Naive(MultiHeadCase problem, float[] slopes, Mask mask, AttentionOptions options = default)
    {
        float[] saved = new float[problem.Shape.SavedCount];
        float[][] gradients = [.. problem.Values.Select(value => new float[value.Length])];
        MultiHeadAttention.ForwardNaive(problem.Shape, problem.Input, problem.Memory, problem.Parameters, new float[problem.OutputCount], saved, mask, options);
        MultiHeadAttention.BackwardNaive(problem.Shape, problem.Input, problem.Memory, problem.Parameters, saved, slopes, MultiHeadCase.GradientsOf(gradients), mask, options);
        return gradients;
    }

    private static float[][] Gradients(Form form, MultiHeadCase problem, float[] slopes, int? only = null, int maxThreads = 1)
    {
        using Fences fences = new(Fence.End);
        float[] saved = new float[problem.Shape.SavedCount];
        MultiHeadCalls.Forward(form, problem, saved, maxThreads);
        float[][] gradients = [.. problem.Values.Select((value, index) => new float[only is null || only == index ? value.Length : 0])];
        MultiHeadAttention.Backward(
            problem.Shape,
            problem.Input,
            problem.Memory,
            problem.Parameters,
            saved,
            slopes,
            MultiHeadCase.GradientsOf(gradients),
            problem.Mask.Build(fences),
            MultiHeadCalls.Options(form, maxThreads));
        return gradients;
    }
}
