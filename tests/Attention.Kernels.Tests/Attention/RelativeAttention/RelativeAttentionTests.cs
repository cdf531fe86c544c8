namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class RelativeAttentionTests
{
    private static readonly RelativeProblem[] Problems =
    [
        .. from shape in (string[])[
               "2×4/2×9×14×5/7", "1×1×1×1×1", "1×1×1×40×3/1", "1×2×33×33×3/5", "1×1×65×66×2/1", "1×1×5×133×4/3", "1×1×70×200×2/2", "1×1×3×5×256/80", "2×1×17×17×80/17", "1×1×129×129×1/1"]
           select new RelativeProblem(shape, seed: 551),
        .. from deviation in (float[])[1e-20f, 10, 30] select new RelativeProblem("1×2/1×20×37×5/3", seed: 552, deviation),
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (RelativeProblem problem in Problems)
        {
            FencedCall.Judge(
                problem.Name, ErrorBudget.Forward, RelativeProblem.Forwards, problem.ForwardExpected, problem.Forward(default, naive: true), problem.Forward(form.Options(), fence));
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (RelativeProblem problem in Problems)
        {
            FencedCall.Judge(
                problem.Name, ErrorBudget.Gradient, RelativeProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true), problem.Backward(form.Options(), fence));
        }
    }

    /// <summary>The yardstick: two sums of D products and the biases' additions round a score; the rest as for causal attention, and a bias sums all pairs of its head.</summary>
    [Fact]
    public void Naive_AnyShape_LosesNoMoreThanRoundingCan()
    {
        foreach (RelativeProblem problem in Problems)
        {
            AttentionShape shape = problem.Shape;
            double forward = shape.Width + (2 * shape.Keys) + 12, rows = (double)shape.Batch * shape.Queries * shape.Heads / shape.KeyHeads;
            double backward = shape.Width + (2 * shape.ValueWidth) + (4 * shape.Keys) + rows + 28, all = backward + (rows * shape.Keys);
            FencedCall.JudgeNaive(problem.Name, [forward, forward], RelativeProblem.Forwards, problem.ForwardExpected, problem.Forward(default, naive: true));
            FencedCall.JudgeNaive(
                problem.Name, [backward, backward, backward, backward, all, all], RelativeProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true));
        }
    }

    [Fact]
    public void Backward_AgainstFiniteDifferences_Agrees()
    {
        RelativeProblem problem = new("2×2/1×4×6×5/3", seed: 553);
        float[][] gradients = problem.Backward(default);
        for (int i = 0; i < gradients.Length; i++)
        {
            FiniteDifferences.Assert(RelativeProblem.Backwards[i], problem.Inputs[i], moved => problem.Loss(i, moved), gradients[i]);
        }
    }

    /// <summary>The last segment, with all before it as its memory, has the outputs that it has in the whole sequence.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_WithMemory_IsTheEndOfTheJoinedSegments(Form form)
    {
        RelativeProblem whole = new("1×1×150×150×8/6", seed: 554);
        float[] naive = whole.Forward(default, naive: true)[0];
        foreach (int segment in (int[])[1, 40, 64, 149])
        {
            int first = 150 - segment;
            float[] output = new float[segment * 6];
            float[][] x = whole.Inputs;
            RelativeAttention.Forward(AttentionShape.Single(segment, 150, 8, 6), x[0].AsSpan(first * 8), x[1], x[2], x[3], x[4], x[5], output, options: form.Options());
            Expected all = whole.ForwardExpected[0];
            ErrorBudget.Forward.Assert($"segment of {segment}", new(all.Values[(first * 6)..], all.Magnitudes[(first * 6)..]), naive.AsSpan(first * 6), output);
        }
    }

    /// <summary>Without position terms and biases what is left is causal scaled dot-product attention.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NoPositions_IsCausalAttention(Form form)
    {
        RelativeProblem problem = new("2×2/1×70×133×16/24", seed: 555);
        Array.ForEach(problem.Inputs[3..], input => input.AsSpan().Clear());
        AttentionCase same = new(problem.Name, problem.Shape, problem.Inputs[0], problem.Inputs[1], problem.Inputs[2], new Draw(1).Mask(MaskKind.Causal, problem.Shape));
        AttentionOracle oracle = AttentionOracle.Of(same);
        FencedCall.Judge(problem.Name, ErrorBudget.Forward, RelativeProblem.Forwards, [oracle.Output, oracle.LogSumExp], problem.Forward(default, naive: true), problem.Forward(form.Options()));
    }

    /// <summary>The relative shift of the paper's appendix B, on the whole matrix, gives the term of each pair that a loop over the distances gives.</summary>
    [Fact]
    public void Forward_PositionTermsAlone_AreTheShiftedMatrixOfThePaper()
    {
        const int Length = 70;
        RelativeProblem problem = new("1×1×70×70×4/70", seed: 556);
        problem.Inputs[1].AsSpan().Clear();
        problem.Inputs[2].AsSpan().Clear();
        for (int j = 0; j < Length; j++)
        {
            problem.Inputs[2][(j * Length) + j] = 1; // the output is the row of weights
        }

        // Rows of (q + v)·r with the largest distance first, a zero put before each row, all rows laid end to end and read in rows of one less.
        double[] padded = new double[Length * (Length + 1)];
        for (int i = 0; i < Length; i++)
        {
            for (int column = 0; column < Length; column++)
            {
                for (int c = 0; c < 4; c++)
                {
                    padded[(i * (Length + 1)) + column + 1] += ((double)problem.Inputs[0][(i * 4) + c] + problem.Inputs[5][c]) * problem.Inputs[3][((Length - 1 - column) * 4) + c] / 2;
                }
            }
        }

        double[] shifted = padded[Length..];
        double[] expected = new double[Length * Length];
        for (int i = 0; i < Length; i++)
        {
            double[] row = SoftmaxOracle.Forward(1, i + 1, shifted[(i * Length)..((i * Length) + i + 1)]);
            row.CopyTo(expected, i * Length);
        }

        ErrorBudget.Forward.Assert(problem.Name, new(expected, problem.ForwardExpected[0].Magnitudes), problem.Forward(default, naive: true)[0], problem.Forward(default)[0]);
    }

    /// <summary>What comes later is not looked at, in either direction: NaN there reaches no output before it, and no gradient of what it does not see.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void NotANumberAtAPosition_SpoilsNothingThatDoesNotSeeIt(Form form)
    {
        const int Length = 90;
        foreach (int place in (int[])[0, 5, 63, 64, 88])
        {
            RelativeProblem problem = new("1×1×90×90×4/3", seed: 557);
            problem.Inputs[1][place * 4] = float.NaN;
            problem.Inputs[2][(place * 3) + 1] = float.NaN;
            float[] output = problem.Forward(form.Options())[0];
            Assert.All(output[..(place * 3)], value => Assert.True(float.IsFinite(value), $"key {place} reached a query before it"));
            Assert.All(output[(place * 3)..], value => Assert.True(float.IsNaN(value), $"key {place} did not reach a query after it"));
            float[][] gradients = problem.Backward(form.Options());
            Assert.All(gradients[0][..(place * 4)], value => Assert.True(float.IsFinite(value), $"key {place} reached the gradient of a query before it"));

            problem = new("1×1×90×90×4/3", seed: 557);
            problem.Inputs[0][place * 4] = float.NaN;
            gradients = problem.Backward(form.Options());
            Assert.All(gradients[0].Where((_, index) => index / 4 != place), value => Assert.True(float.IsFinite(value), $"query {place} reached the gradient of another"));
            Assert.All(gradients[1][((place + 1) * 4)..], value => Assert.True(float.IsFinite(value), $"query {place} reached the gradient of a key after it"));
            Assert.All(gradients[1][..((place + 1) * 4)], value => Assert.True(float.IsNaN(value), $"query {place} did not reach the gradient of a key that it sees"));
            Assert.All(gradients[3][((place + 1) * 4)..], value => Assert.True(float.IsFinite(value), $"query {place} reached the gradient of a distance that it does not have"));

            problem = new("1×1×90×90×4/3", seed: 557);
            problem.Inputs[3][place * 4] = float.NaN;
            gradients = problem.Backward(form.Options());
            Assert.All(problem.Forward(form.Options())[0], (value, index) => Assert.Equal(index / 3 >= place, float.IsNaN(value)));
            Assert.All(gradients[0], (value, index) => Assert.True(float.IsNaN(value) == index / 4 >= place, $"distance {place}: gradient {value} of query {index / 4}"));
            Assert.Equal(Length * 4, gradients[3].Length);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_AnyThreadCount_GiveTheSameBits(Form form)
    {
        RelativeProblem problem = new("2×4/2×130×170×16/16", seed: 558);
        float[][] one = [.. problem.Forward(form.Options() with { MaxThreads = 1 }), .. problem.Backward(form.Options() with { MaxThreads = 1 })];
        float[][] many = [.. problem.Forward(form.Options() with { MaxThreads = 4 }), .. problem.Backward(form.Options() with { MaxThreads = 4 })];
        Assert.All(one.Zip(many), pair => Bits.Same(problem.Name, pair.First, pair.Second));
    }

    [Theory]
    [InlineData("0×2×5×5×3")]
    [InlineData("2×2×0×0×3")]
    [InlineData("2×2×0×5×3")]
    public void ForwardAndBackward_NothingToDo_Return(string shape)
    {
        RelativeProblem problem = new(shape, seed: 559);
        Assert.Empty(problem.Forward(default)[0]);
        Assert.All(problem.Backward(default).SelectMany(gradient => gradient), value => Assert.Equal(0, value));
    }
}
