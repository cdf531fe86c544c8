namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MatmulForwardTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnySizes_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        int seed = 700;
        foreach ((int rows, int columns, int depth) in MatmulCase.HardSizes)
        {
            seed++;
            MatmulShape shape = new(rows, columns, depth) { TransposeLeft = (seed & 1) > 0, TransposeRight = (seed & 2) > 0 };
            AssertForward(form, fence, MatmulCase.Draw(shape, seed, withBias: seed % 3 == 0));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_EveryTransposition_AgreesWithTheOracle(Form form)
    {
        foreach ((int rows, int columns, int depth) in (ReadOnlySpan<(int, int, int)>)[(1, 150, 20), (13, 150, 20), (101, 101, 30), (9, 3, 400), (40, 1, 33), (2, 200, 390)])
        {
            foreach (bool left in (bool[])[false, true])
            {
                foreach (bool right in (bool[])[false, true])
                {
                    AssertForward(form, Fence.End, MatmulCase.Draw(new(rows, columns, depth) { TransposeLeft = left, TransposeRight = right }, seed: 740, withBias: left));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_BatchesStridesBiasAndAccumulation_AgreeWithTheOracle(Form form, Fence fence)
    {
        MatmulShape plain = new(7, 21, 12);
        MatmulShape[] shapes =
        [
            plain with { Batch = 3 },
            plain with { Batch = 0 },
            plain with { Batch = 3, RightBatchStride = 0 },
            plain with { Batch = 3, RightBatchStride = 0, TransposeRight = true, LeftStride = 15 },
            plain with { Batch = 3, LeftBatchStride = 0, Accumulate = true },
            plain with { Batch = 3, LeftBatchStride = 0, RightBatchStride = 0 },
            plain with { Accumulate = true, ResultStride = 30 },
            plain with { LeftStride = 13, RightStride = 40, ResultStride = 22 },
            plain with { TransposeLeft = true, TransposeRight = true, LeftStride = 8, RightStride = 50, ResultStride = 21, Accumulate = true },
            plain with { Batch = 2, LeftStride = 24, LeftBatchStride = 12, ResultStride = 42, ResultBatchStride = 21 }, // two heads side by side in a row
            plain with { Batch = 2, LeftBatchStride = 100, RightBatchStride = 300, ResultBatchStride = 200 },
            new(20, 60, 390) { Batch = 2, TransposeLeft = true, LeftStride = 60, RightStride = 61, ResultStride = 63, Accumulate = true },
        ];
        for (int i = 0; i < shapes.Length; i++)
        {
            AssertForward(form, fence, MatmulCase.Draw(shapes[i], seed: 750 + i));
            AssertForward(form, fence, MatmulCase.Draw(shapes[i], seed: 770 + i, withBias: true));
        }
    }

    /// <summary>Large enough for two threads to pack both matrices together first.</summary>
    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_OnTwoThreads_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        AssertForward(form, fence, MatmulCase.Draw(new(131, 261, 1001) { TransposeLeft = true }, seed: 785, withBias: true), threads: 2);
        AssertForward(form, fence, MatmulCase.Draw(new(99, 350, 1000) { TransposeRight = true }, seed: 786), threads: 2);
    }

    [Theory]
    [InlineData(1e18f)]
    [InlineData(1e-22f)]
    public void Forward_VeryLargeOrDenormalProducts_StaysInBudget(float scale)
    {
        foreach (Form form in Forms.Supported)
        {
            MatmulCase problem = MatmulCase.Draw(new(9, 33, 40), seed: 790);
            AssertForward(form, Fence.End, problem with { Left = Array.ConvertAll(problem.Left, x => x * scale), Right = Array.ConvertAll(problem.Right, x => x * scale) });
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ForwardNaive_AnySizes_LosesNoMoreThanRoundingCan(bool accumulate)
    {
        foreach ((int rows, int columns, int depth) in MatmulCase.HardSizes)
        {
            MatmulCase problem = MatmulCase.Draw(new(rows, columns, depth) { Accumulate = accumulate, TransposeRight = accumulate }, seed: 791, withBias: true);
            ErrorBudget.Rounding(depth + 2).Assert($"{problem}", MatmulOracle.Forward(problem), MatmulCalls.Naive(problem));
        }
    }

    private static void AssertForward(Form form, Fence fence, MatmulCase problem, int threads = 0)
    {
        using Fences fences = new(fence);
        MatmulShape shape = problem.Shape;
        bool isWhole = !shape.Accumulate && shape.ResultStride is null && shape.ResultBatchStride is null;
        Memory<float> result = isWhole ? fences.Output(problem.Before.Length, "result") : fences.InPlace(problem.Before, "result");
        ReadOnlySpan<float> left = fences.Input(problem.Left, "left").Span, right = fences.Input(problem.Right, "right").Span;
        Matmul.Forward(shape, left, right, result.Span, fences.Input(problem.Bias, "bias").Span, form.Options() with { MaxThreads = threads });
        fences.AssertIntact();
        ErrorBudget.Forward.Assert($"{problem}", MatmulOracle.Forward(problem), MatmulCalls.Naive(problem), result.Span);
    }
}
