namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class MatmulBackwardTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    private static readonly MatmulShape Plain = new(7, 21, 12);

    private static readonly MatmulShape[] Shapes =
    [
        Plain,
        Plain with { TransposeLeft = true },
        Plain with { TransposeRight = true },
        Plain with { TransposeLeft = true, TransposeRight = true },
        Plain with { Batch = 3, RightBatchStride = 0 },
        Plain with { Batch = 3, RightBatchStride = 0, TransposeRight = true },
        Plain with { Batch = 3, RightBatchStride = 0, TransposeLeft = true },
        Plain with { Batch = 3, LeftBatchStride = 0, TransposeRight = true },
        Plain with { Batch = 0, RightBatchStride = 0 },
        Plain with { Batch = 2, Accumulate = true },
        new(0, 3, 4),
        new(4, 0, 3),
        new(3, 4, 0),
        new(1, 1, 1),
        new(1, 60, 20),
        new(20, 1, 60),
        new(60, 20, 1),
        new(400, 26, 9) { TransposeLeft = true },
        new(10, 400, 30),
        new(9, 50, 100) { TransposeRight = true },
    ];

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        for (int i = 0; i < Shapes.Length; i++)
        {
            MatmulCase problem = MatmulCase.Draw(Shapes[i], seed: 800 + i);
            float[] slopes = new Draw(850 + i).Normal(problem.Before.Length);
            using Fences fences = new(fence);
            Memory<float> left = fences.Output(problem.Left.Length, "leftGradient"), right = fences.Output(problem.Right.Length, "rightGradient");
            Memory<float> bias = fences.Output(problem.Shape.Columns, "biasGradient");
            ReadOnlySpan<float> a = fences.Input(problem.Left, "left").Span, b = fences.Input(problem.Right, "right").Span;
            Matmul.Backward(problem.Shape, a, b, fences.Input(slopes, "resultGradient").Span, left.Span, right.Span, bias.Span, form.Options());
            fences.AssertIntact();

            (Expected Left, Expected Right, Expected Bias) expected = MatmulOracle.Backward(problem, slopes);
            Gradients naive = Naive(problem, slopes);
            ErrorBudget.Gradient.Assert($"leftGradient, {problem}", expected.Left, naive.Left, left.Span);
            ErrorBudget.Gradient.Assert($"rightGradient, {problem}", expected.Right, naive.Right, right.Span);
            ErrorBudget.Gradient.Assert($"biasGradient, {problem}", expected.Bias, naive.Bias, bias.Span);
        }
    }

    [Fact]
    public void BackwardNaive_AnyShape_LosesNoMoreThanRoundingCan()
    {
        for (int i = 0; i < Shapes.Length; i++)
        {
            MatmulCase problem = MatmulCase.Draw(Shapes[i], seed: 800 + i);
            float[] slopes = new Draw(850 + i).Normal(problem.Before.Length);
            (Expected Left, Expected Right, Expected Bias) expected = MatmulOracle.Backward(problem, slopes);
            Gradients naive = Naive(problem, slopes);
            int rows = problem.Shape.Batch * problem.Shape.Rows;
            ErrorBudget.Rounding((problem.Shape.Columns * problem.Shape.Batch) + 1).Assert($"leftGradient, {problem}", expected.Left, naive.Left);
            ErrorBudget.Rounding(rows + 1).Assert($"rightGradient, {problem}", expected.Right, naive.Right);
            ErrorBudget.Rounding(rows + 1).Assert($"biasGradient, {problem}", expected.Bias, naive.Bias);
        }
    }

    /// <summary>What lies between the rows of a gradient belongs to somebody else.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_Strided_LeavesTheGapsAlone(Form form)
    {
        MatmulShape shape = Plain with { Batch = 2, LeftStride = 24, LeftBatchStride = 12, RightStride = 25, ResultStride = 50, ResultBatchStride = 21 };
        MatmulCase problem = MatmulCase.Draw(shape, seed: 880);
        float[] slopes = new Draw(881).Normal(problem.Before.Length);
        (Expected Left, Expected Right, Expected Bias) expected = MatmulOracle.Backward(problem, slopes);
        float[] left = new float[problem.Left.Length], right = new float[problem.Right.Length], bias = new float[shape.Columns];
        Matmul.Backward(shape, problem.Left, problem.Right, slopes, left, right, bias, form.Options());
        Gradients naive = Naive(problem, slopes);
        ErrorBudget.Gradient.Assert("leftGradient", expected.Left, naive.Left, left);
        ErrorBudget.Gradient.Assert("rightGradient", expected.Right, naive.Right, right);
        ErrorBudget.Gradient.Assert("biasGradient", expected.Bias, naive.Bias, bias);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Backward_AnyTransposition_MatchesFiniteDifferences(bool transposeLeft, bool transposeRight)
    {
        MatmulCase problem = MatmulCase.Draw(new(3, 5, 4) { Batch = 2, RightBatchStride = 0, TransposeLeft = transposeLeft, TransposeRight = transposeRight }, seed: 890, withBias: true);
        float[] slopes = new Draw(891).Normal(problem.Before.Length);
        float[] left = new float[problem.Left.Length], right = new float[problem.Right.Length], bias = new float[5];
        Matmul.Backward(problem.Shape, problem.Left, problem.Right, slopes, left, right, bias);
        double[] a = Doubles(problem.Left), b = Doubles(problem.Right), c = Doubles(problem.Bias);
        FiniteDifferences.Assert("leftGradient", problem.Left, moved => Loss(problem, slopes, moved, b, c), left);
        FiniteDifferences.Assert("rightGradient", problem.Right, moved => Loss(problem, slopes, a, moved, c), right);
        FiniteDifferences.Assert("biasGradient", problem.Bias, moved => Loss(problem, slopes, a, b, moved), bias);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_GradientsLeftOut_ChangeNoneOfTheOthers(Form form)
    {
        MatmulCase problem = MatmulCase.Draw(Plain with { Batch = 2, RightBatchStride = 0 }, seed: 895);
        float[] slopes = new Draw(896).Normal(problem.Before.Length);
        float[] left = new float[problem.Left.Length], right = new float[problem.Right.Length], bias = new float[21];
        Matmul.Backward(problem.Shape, problem.Left, problem.Right, slopes, left, right, bias, form.Options());
        float[] alone = new float[left.Length];
        Matmul.Backward(problem.Shape, problem.Left, problem.Right, slopes, alone, [], [], form.Options());
        Bits.Same("leftGradient alone", left, alone);
        alone = new float[right.Length];
        Matmul.Backward(problem.Shape, problem.Left, problem.Right, slopes, [], alone, [], form.Options());
        Bits.Same("rightGradient alone", right, alone);
        alone = new float[21];
        Matmul.Backward(problem.Shape, problem.Left, problem.Right, slopes, [], [], alone, form.Options());
        Bits.Same("biasGradient alone", bias, alone);
    }

    private static Gradients Naive(MatmulCase problem, float[] slopes)
    {
        Gradients gradients = new(new float[problem.Left.Length], new float[problem.Right.Length], new float[problem.Shape.Columns]);
        Matmul.BackwardNaive(problem.Shape, problem.Left, problem.Right, slopes, gradients.Left, gradients.Right, gradients.Bias);
        return gradients;
    }

    private static double Loss(MatmulCase problem, float[] slopes, double[] left, double[] right, double[] bias)
    {
        double loss = 0;
        for (int batch = 0; batch < problem.Shape.Batch; batch++)
        {
            for (int i = 0; i < problem.Shape.Rows; i++)
            {
                for (int j = 0; j < problem.Shape.Columns; j++)
                {
                    double sum = bias[j];
                    for (int k = 0; k < problem.Shape.Depth; k++)
                    {
                        sum += left[problem.LeftAt(batch, i, k)] * right[problem.RightAt(batch, k, j)];
                    }

                    loss += sum * slopes[problem.ResultAt(batch, i, j)];
                }
            }
        }

        return loss;
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    private sealed record Gradients(float[] Left, float[] Right, float[] Bias);
}
