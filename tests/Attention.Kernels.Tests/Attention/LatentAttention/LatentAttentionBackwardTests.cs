using static Attention.Kernels.LatentAttention;

namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LatentAttentionBackwardTests
{
    private static readonly LatentShape[] Shapes =
        [new(2, 3, 4, 9, 10, 4, 6, 5), new(1, 1, 1, 1, 1, 0, 1, 1), new(1, 4, 3, 40, 33, 16, 32, 17), new(2, 2, 5, 5, 24, 2, 3, 64), new(1, 2, 3, 300, 20, 8, 8, 16), new(1, 1, 5, 3, 4, 2, 3, 80)];

    /// <summary>Recorded once, for all forms: a problem, its loss's slopes, and the gradients that it should have.</summary>
    private static readonly Lazy<(LatentProblem Problem, float[] Slopes, Expected Output, Expected[] Expected)>[] Judged =
    [
        .. from shape in Shapes
           from causal in (bool[])[false, true]
           select new Lazy<(LatentProblem, float[], Expected, Expected[])>(() =>
           {
               LatentProblem problem = new(shape, 21);
               float[] slopes = new Draw(22).Normal(problem.OutputCount);
               (Expected output, Expected[] gradients) = LatentOracle.Record(shape, causal, problem.Inputs, slopes);
               return (problem, slopes, output, gradients);
           }),
    ];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        for (int i = 0; i < Judged.Length; i++)
        {
            (LatentProblem problem, float[] slopes, _, Expected[] expected) = Judged[i].Value;
            Mask mask = i % 2 == 0 ? Mask.None : Mask.Causal;
            float[][] fast = problem.Gradients(slopes, mask, Options(form), fence), naive = problem.GradientsNaive(slopes, mask);
            for (int index = 0; index < fast.Length; index++)
            {
                ErrorBudget.Gradient.Assert($"{LatentProblem.GradientNames[index]}, {Shapes[i / 2]}, causal {i % 2}, {form}", expected[index], naive[index], fast[index]);
            }
        }
    }

    /// <summary>The naive forms are the yardstick of the fast ones; so they themselves may lose what rounding can, one step for each on the longest way, and no more.</summary>
    [Fact]
    public void Naive_AnyShape_LosesNoMoreThanRounding()
    {
        for (int i = 0; i < Judged.Length; i++)
        {
            LatentShape shape = Shapes[i / 2];
            (LatentProblem problem, float[] slopes, Expected output, Expected[] expected) = Judged[i].Value;
            Mask mask = i % 2 == 0 ? Mask.None : Mask.Causal;
            int forward = shape.Latent + shape.Width + (2 * shape.Keys) + 10;
            ErrorBudget.Rounding(forward).Assert($"output, {shape}", output, problem.Naive(mask));
            float[][] naive = problem.GradientsNaive(slopes, mask);
            int back = (2 * shape.ValueWidth) + shape.Queries + Math.Max(shape.Batch * shape.Keys, shape.Heads * (shape.Content + shape.ValueWidth)) + 10;
            for (int index = 0; index < naive.Length; index++)
            {
                ErrorBudget.Rounding(forward + back).Assert($"{LatentProblem.GradientNames[index]}, {shape}", expected[index], naive[index]);
            }
        }
    }

    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_KeepEveryBit()
    {
        LatentShape shape = new(2, 4, 150, 160, 64, 16, 32, 32);
        LatentProblem problem = new(shape, 23);
        float[] slopes = new Draw(24).Normal(problem.OutputCount);
        float[][] alone = All(1);
        foreach (int threads in (int[])[0, 2, 3])
        {
            float[][] together = All(threads);
            for (int index = 0; index < alone.Length; index++)
            {
                Bits.Same($"result {index}, {threads} threads", alone[index], together[index]);
            }
        }

        float[][] All(int threads)
        {
            AttentionOptions options = new() { MaxThreads = threads };
            float[] output = new float[problem.OutputCount], absorbed = new float[output.Length];
            Forward(
                shape, problem.Query, problem.Latent, problem.RotaryKey, problem.KeyWeights, problem.ValueWeights,
                new float[problem.KeyCount], new float[problem.ValueCount], output, mask: Mask.Causal, options: options);
            ForwardAbsorbed(shape, problem.Cache(), problem.Query, problem.KeyWeights, problem.ValueWeights, absorbed, options);
            return [output, absorbed, .. problem.Gradients(slopes, Mask.Causal, options)];
        }
    }

    /// <summary>A sequence knows nothing of another: a NaN in its latents, its rotary keys or its queries spoils no gradient of the other's.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_NotANumberInOneSequence_ChangesNoBitOfTheOther(Form form)
    {
        LatentShape shape = new(2, 3, 7, 9, 10, 4, 6, 5);
        float[] slopes = new Draw(25).Normal(new LatentProblem(shape, 26).OutputCount);
        float[][] before = new LatentProblem(shape, 26).Gradients(slopes, Mask.None, Options(form));
        for (int input = 0; input < 3; input++)
        {
            LatentProblem problem = new(shape, 26);
            problem.Inputs[input][^1] = float.NaN;
            float[][] after = problem.Gradients(slopes, Mask.None, Options(form));
            for (int index = 0; index < 5; index++)
            {
                int half = before[index].Length / 2;
                Bits.Same($"{LatentProblem.GradientNames[index]}, input {input}", before[index].AsSpan(..half), after[index].AsSpan(..half));
                Assert.Contains(after[index][half..], float.IsNaN);
            }
        }
    }

    /// <summary>What one head's outputs are worth concerns its own weights and queries only.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_NotANumberInTheSlopeOfOneHead_LeavesTheOthersTheirWeights(Form form)
    {
        LatentShape shape = new(1, 3, 7, 9, 10, 4, 6, 5);
        LatentProblem problem = new(shape, 27);
        float[] slopes = new Draw(28).Normal(problem.OutputCount);
        float[][] before = problem.Gradients(slopes, Mask.None, Options(form));
        slopes[^1] = float.NaN; // of the last head
        float[][] after = problem.Gradients(slopes, Mask.None, Options(form));
        foreach ((int index, int width) in ((int, int)[])[(0, 10), (1, 5), (2, 10), (5, 6), (6, 5)])
        {
            Assert.Contains(after[index], float.IsNaN);
            for (int row = 0; row < before[index].Length / width; row++)
            {
                if (row % 3 < 2)
                {
                    Bits.Same($"{LatentProblem.GradientNames[index]}, row {row}", before[index].AsSpan(row * width, width), after[index].AsSpan(row * width, width));
                }
            }
        }
    }

    /// <summary>A token that no query sees, whatever it holds, changes no output, expanded or absorbed.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberInTheNewestToken_ReachesOnlyTheQueryThatSeesIt(Form form)
    {
        LatentShape shape = new(1, 3, 7, 9, 10, 4, 6, 5);
        const int Row = 3 * 5;
        for (int input = 1; input < 3; input++)
        {
            LatentProblem problem = new(shape, 29);
            (float[] before, float[] absorbedBefore) = Both(problem);
            problem.Inputs[input][^1] = float.NaN;
            (float[] after, float[] absorbedAfter) = Both(problem);
            Bits.Same($"expanded, input {input}", before.AsSpan(..^Row), after.AsSpan(..^Row));
            Bits.Same($"absorbed, input {input}", absorbedBefore.AsSpan(..^Row), absorbedAfter.AsSpan(..^Row));
            Assert.All((float[])[.. after[^Row..], .. absorbedAfter[^Row..]], number => Assert.True(float.IsNaN(number)));
        }

        (float[] Expanded, float[] Absorbed) Both(LatentProblem problem)
        {
            float[] expanded = new float[problem.OutputCount], absorbed = new float[problem.OutputCount];
            Forward(
                shape, problem.Query, problem.Latent, problem.RotaryKey, problem.KeyWeights, problem.ValueWeights,
                new float[problem.KeyCount], new float[problem.ValueCount], expanded, mask: Mask.Causal, options: Options(form));
            ForwardAbsorbed(shape, problem.Cache(), problem.Query, problem.KeyWeights, problem.ValueWeights, absorbed, Options(form));
            return (expanded, absorbed);
        }
    }

    private static AttentionOptions Options(Form form) => new() { MaxThreads = 1, RegisterBits = form.Options().RegisterBits };
}
