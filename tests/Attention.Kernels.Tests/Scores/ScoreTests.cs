namespace Attention.Kernels.Tests;

/// <summary>What every score function promises.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class ScoreTests
{
    private static readonly ScoreProblem[] Problems =
    [
        .. from kernel in ScoreKernel.All
           from shape in (ScoreShape[])[
               new(2, 5, 7, 3, 3, 5), new(1, 1, 1, 1, 1, 1), new(1, 17, 33, 16, 16, 17), new(3, 2, 65, 5, 5, 16), new(1, 66, 3, 31, 31, 33), new(1, 2, 3, 256, 256, 80), new(2, 3, 2, 80, 80, 256),
               new(1, 3, 130, 2, 2, 3), new(2, 4, 5, 3, 6, 7), new(1, 9, 4, 20, 7, 31)]
           where !kernel.AsksForEqualWidths || shape.QueryWidth == shape.KeyWidth
           select new ScoreProblem(kernel, shape, seed: 521),
        .. from kernel in ScoreKernel.All from deviation in (float[])[1e-39f, 30, 1000] select new ScoreProblem(kernel, new(1, 9, 18, 17, 17, 19), seed: 522, deviation),
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<string> EveryKernel => [.. ScoreKernel.All.Select(kernel => kernel.Name)];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (ScoreProblem problem in Problems)
        {
            ErrorBudget.Forward.Assert(problem.Name, problem.Scores, problem.ForwardNaive(), problem.Forward(form.Options(), fence));
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (ScoreProblem problem in Problems)
        {
            FencedCall.Judge(problem.Name, ErrorBudget.Gradient, problem.Names, problem.Gradients, problem.BackwardNaive(), problem.Backward(form.Options(), fence));
        }
    }

    /// <summary>The yardstick itself is held to what rounding can lose on the longest sum.</summary>
    [Theory]
    [MemberData(nameof(EveryKernel))]
    public void Naive_AnyShape_LosesNoMoreThanRoundingCan(string name)
    {
        foreach (ScoreProblem problem in Problems.Where(problem => problem.Kernel.Name == name))
        {
            ScoreShape shape = problem.Shape;
            int longest = shape.QueryWidth + shape.KeyWidth + shape.Hidden + (shape.Batch * (shape.Queries + shape.Keys)) + 30;
            ErrorBudget.Rounding(longest).Assert(problem.Name, problem.Scores, problem.ForwardNaive());
            float[][] naive = problem.BackwardNaive();
            for (int i = 0; i < naive.Length; i++)
            {
                ErrorBudget.Rounding(longest).Assert($"{problem.Names[i]}, {problem.Name}", problem.Gradients[i], naive[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryKernel))]
    public void Backward_AgainstFiniteDifferences_Agrees(string name)
    {
        ScoreKernel kernel = ScoreKernel.Of(name);
        ScoreProblem problem = new(kernel, new(2, 3, 4, 5, kernel.AsksForEqualWidths ? 5 : 3, 6), seed: 523, deviation: 0.7f);
        float[][] gradients = problem.Backward(default);
        for (int i = 0; i < gradients.Length; i++)
        {
            FiniteDifferences.Assert($"{problem.Names[i]} of {problem.Name}", problem.Inputs[i], moved => problem.Loss(i, moved), gradients[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberInOneQuery_SpoilsItsRowAndNoOther(Form form)
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            foreach (float poison in (float[])[float.NaN, float.PositiveInfinity])
            {
                ScoreProblem problem = new(kernel, new(1, 9, 21, 17, 17, 18), seed: 524);
                float[] before = problem.Forward(form.Options());
                problem.Inputs[0][(4 * 17) + 16] = poison;
                float[] after = problem.Forward(form.Options());
                Assert.All(after[(4 * 21)..(5 * 21)], score => Assert.True(float.IsNaN(score) || (poison > 0 && kernel.Name != nameof(CosineScore)), $"{kernel}: {poison} gave {score}"));
                after.AsSpan(4 * 21, 21).Clear();
                before.AsSpan(4 * 21, 21).Clear();
                Bits.Same($"{kernel}: other rows", before, after);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_AnyThreadCount_GiveTheSameBits(Form form)
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            ScoreProblem problem = new(kernel, new(2, 90, 110, 64, 64, 48), seed: 525);
            float[][] one = [problem.Forward(form.Options() with { MaxThreads = 1 }), .. problem.Backward(form.Options() with { MaxThreads = 1 })];
            float[][] many = [problem.Forward(form.Options() with { MaxThreads = 4 }), .. problem.Backward(form.Options() with { MaxThreads = 4 })];
            Assert.All(one.Zip(many), pair => Bits.Same(problem.Name, pair.First, pair.Second));
        }
    }

    /// <summary>Nobody to score, nobody to score against, no sequence at all; a gradient of no score is zero.</summary>
    [Theory]
    [InlineData(0, 3, 4)]
    [InlineData(2, 0, 4)]
    [InlineData(2, 3, 0)]
    public void ForwardAndBackward_NothingToDo_Return(int batch, int queries, int keys)
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            ScoreProblem problem = new(kernel, new(batch, queries, keys, 5, 5, 3), seed: 526);
            Assert.Empty(problem.Forward(default));
            Assert.All(problem.Backward(default).SelectMany(gradient => gradient), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void Backward_GradientsNotWanted_LeavesTheOthersAsTheyWere()
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            ScoreProblem problem = new(kernel, new(2, 5, 7, 6, 6, 5), seed: 527);
            float[][] all = problem.Backward(default);
            Memory<float>[] given = [.. problem.Inputs.Select(input => input.AsMemory())];
            for (int wanted = 0; wanted < all.Length; wanted++)
            {
                float[] alone = new float[all[wanted].Length], naive = new float[alone.Length];
                kernel.Backward(problem.Shape, given, problem.Slopes, [.. all.Select((_, index) => index == wanted ? alone : Memory<float>.Empty)], default);
                kernel.BackwardNaive(problem.Shape, given, problem.Slopes, [.. all.Select((_, index) => index == wanted ? naive : Memory<float>.Empty)]);
                Bits.Same($"{problem.Names[wanted]} of {problem.Name}", all[wanted], alone);
                Bits.Same($"{problem.Names[wanted]} of {problem.Name}, naive", problem.BackwardNaive()[wanted], naive);
            }
        }
    }
}
