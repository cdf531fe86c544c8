namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MultiHeadBackwardTests
{
    /// <summary>Recorded once, for all forms: a layer, its loss's slopes, and the gradients that it should have.</summary>
    private static readonly Lazy<(MultiHeadCase Problem, float[] Slopes, Expected[] Expected)>[] Judged = [.. MultiHeadCase.Shapes.Select((shape, i) =>
        new Lazy<(MultiHeadCase, float[], Expected[])>(() =>
        {
            MultiHeadCase problem = MultiHeadCase.Draw(shape, i % 2 == 0 ? MaskKind.None : MaskKind.Causal, seed: 1110 + i);
            float[] slopes = new Draw(1130 + i).Normal(problem.OutputCount);
            return (problem, slopes, MultiHeadOracle.Gradients(problem, slopes));
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
            for (int index = 0; index < MultiHeadGradients.Count; index++)
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
        foreach ((MultiHeadCase problem, float[] slopes, Expected[] expected) in Judged.Select(each => each.Value))
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
        Expected[] expected = MultiHeadOracle.Gradients(problem, slopes, options.Dropout);
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
            for (int only = 0; only < MultiHeadGradients.Count; only++)
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
