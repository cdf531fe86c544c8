namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LocalAttentionTests
{
    private static readonly LocalProblem[] Problems =
    [
        .. from shape in (string[])["2×4/2×9×14×5/7", "1×1×1×1×1", "1×1×40×40×3/1", "1×2×33×20×16/17", "1×1×20×65×80/64", "1×1×3×9×256/80", "1×1×70×70×2/2"]
           from radius in (int[])[1, 2, 7, 16, 100]
           from gaussian in (bool[])[false, true]
           from centred in (bool[])[false, true]
           where radius < 16 || shape.EndsWith('2') || shape.EndsWith('7')
           select new LocalProblem(shape, new(radius, gaussian), centred, seed: 561),
        new("1×2×9×9×5/4", new(0), centred: false, seed: 562),
        new("1×2×9×9×5/4", new(int.MaxValue, Gaussian: true), centred: true, seed: 563),
        .. from deviation in (float[])[1e-20f, 10, 30] select new LocalProblem("1×2/1×20×37×5/3", new(5, Gaussian: true), centred: true, seed: 564, deviation),
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (LocalProblem problem in Problems)
        {
            FencedCall.Judge(
                problem.Name, ErrorBudget.Forward, LocalProblem.Forwards, problem.ForwardExpected, problem.Forward(default, naive: true), problem.Forward(form.Options(), fence));
        }
    }

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Backward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (LocalProblem problem in Problems)
        {
            FencedCall.Judge(
                problem.Name, ErrorBudget.Gradient, LocalProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true), problem.Backward(form.Options(), fence));
        }
    }

    /// <summary>The yardstick: as for attention to all keys, and three roundings for the Gaussian.</summary>
    [Fact]
    public void Naive_AnyShape_LosesNoMoreThanRoundingCan()
    {
        foreach (LocalProblem problem in Problems)
        {
            AttentionShape shape = problem.Shape;
            double forward = shape.Width + (2 * shape.Keys) + 12;
            double backward = shape.Width + (2 * shape.ValueWidth) + (4 * shape.Keys) + ((double)shape.Queries * shape.Heads / shape.KeyHeads) + 28;
            FencedCall.JudgeNaive(problem.Name, [forward, forward], LocalProblem.Forwards, problem.ForwardExpected, problem.Forward(default, naive: true));
            FencedCall.JudgeNaive(problem.Name, [backward, backward, backward, backward], LocalProblem.Backwards, problem.BackwardExpected, problem.Backward(default, naive: true));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backward_AgainstFiniteDifferences_Agrees(bool gaussian)
    {
        LocalProblem problem = new("2×2/1×4×9×5/3", new(3, gaussian), centred: true, seed: 565);
        float[][] gradients = problem.Backward(default);
        for (int i = 0; i < gradients.Length; i++)
        {
            FiniteDifferences.Assert(LocalProblem.Backwards[i], problem.Inputs[i], moved => problem.Loss(i, moved), gradients[i]);
        }
    }

    /// <summary>A window as wide as the sequence, without the Gaussian, is attention to all of it.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_WindowOverTheWholeSequence_IsGlobalAttention(Form form)
    {
        foreach (int radius in (int[])[36, 1000, int.MaxValue])
        {
            LocalProblem problem = new("2×4/2×37×37×16/24", new(radius), centred: false, seed: 566);
            AttentionCase same = new(problem.Name, problem.Shape, problem.Inputs[0], problem.Inputs[1], problem.Inputs[2], MaskCase.None);
            AttentionOracle oracle = AttentionOracle.Of(same);
            FencedCall.Judge(problem.Name, ErrorBudget.Forward, LocalProblem.Forwards, [oracle.Output, oracle.LogSumExp], problem.Forward(default, naive: true), problem.Forward(form.Options()));
        }
    }

    /// <summary>Windows at the border are cut off: the same as attention to those keys alone.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyCentre_SeesTheKeysWithinTheRadiusAndNoOther(Form form)
    {
        const int Keys = 12;
        float[] key = new float[Keys], value = new float[Keys * Keys];
        for (int j = 0; j < Keys; j++)
        {
            value[(j * Keys) + j] = 1;
        }

        foreach ((float centre, int radius, int first, int end) in ((float, int, int, int)[])[
                     (0, 2, 0, 3), (11, 2, 9, 12), (5, 0, 5, 6), (5.5f, 0, 0, 0), (5.5f, 1, 5, 7), (-1, 2, 0, 2), (-2.5f, 2, 0, 0), (13.9f, 3, 11, 12), (14.1f, 3, 0, 0),
                     (4, 100, 0, 12), (float.PositiveInfinity, 3, 0, 0), (float.NegativeInfinity, 3, 0, 0), (float.MaxValue, int.MaxValue, 0, 0), (1e9f, int.MaxValue, 0, 12)])
        {
            float[] output = new float[Keys], logSumExp = new float[1];
            LocalAttention.Forward(AttentionShape.Single(1, Keys, 1, Keys), new(radius), [1], key, value, [centre], output, logSumExp, form.Options());
            for (int j = 0; j < Keys; j++)
            {
                double expected = j >= first && j < end ? 1.0 / (end - first) : 0;
                ErrorBudget.Rounding(3).Assert($"centre {centre}, radius {radius}, key {j}", new([expected]), output.AsSpan(j, 1));
            }

            ErrorBudget.Rounding(3).Assert($"logSumExp, centre {centre}, radius {radius}", new([end == first ? double.NegativeInfinity : Math.Log(end - first)]), logSumExp);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_WindowOutsideOrCentreNotANumber_GivesZerosOrNotANumber(Form form)
    {
        LocalProblem problem = new("1×1×5×9×4/3", new(2, Gaussian: true), centred: true, seed: 567);
        problem.Inputs[3][0] = 4;
        problem.Inputs[3][1] = -7;
        problem.Inputs[3][2] = float.NaN;
        float[][] forward = problem.Forward(form.Options()), backward = problem.Backward(form.Options());
        Assert.All([.. forward[0][3..6], .. backward[0][4..8], backward[3][1]], value => Assert.Equal(0, value));
        Assert.Equal(float.NegativeInfinity, forward[1][1]);
        Assert.All([.. forward[0][6..9], forward[1][2], .. backward[0][8..12], backward[3][2]], value => Assert.True(float.IsNaN(value)));
        Assert.All([.. forward[0][..3], .. backward[0][..4], .. backward[1], .. backward[2], backward[3][0]], value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberAnywhere_SpoilsOnlyTheWindowsThatHoldIt(Form form)
    {
        foreach (int place in (int[])[0, 13, 39])
        {
            LocalProblem problem = new("1×1×40×40×5/3", new(4), centred: false, seed: 568);
            problem.Inputs[1][(place * 5) + 4] = float.NaN;
            Assert.All(problem.Forward(form.Options())[0], (value, index) => Assert.Equal(Math.Abs((index / 3) - place) <= 4, float.IsNaN(value)));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_AnyThreadCount_GiveTheSameBits(Form form)
    {
        LocalProblem problem = new("2×4/2×300×300×32/32", new(20, Gaussian: true), centred: true, seed: 569);
        float[][] one = [.. problem.Forward(form.Options() with { MaxThreads = 1 }), .. problem.Backward(form.Options() with { MaxThreads = 1 })];
        float[][] many = [.. problem.Forward(form.Options() with { MaxThreads = 4 }), .. problem.Backward(form.Options() with { MaxThreads = 4 })];
        Assert.All(one.Zip(many), pair => Bits.Same(problem.Name, pair.First, pair.Second));
    }

    [Theory]
    [InlineData("0×2×5×5×3")]
    [InlineData("2×2×0×5×3")]
    [InlineData("2×2×5×0×3")]
    public void ForwardAndBackward_NothingToDo_GiveZeros(string shape)
    {
        LocalProblem problem = new(shape, new(3), centred: true, seed: 570);
        Assert.All([.. problem.Forward(default)[0], .. problem.Backward(default).SelectMany(gradient => gradient)], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Forward_WrongLengthOrWindow_IsRefused()
    {
        AttentionShape shape = AttentionShape.Single(2, 3, 2, 2);
        float[] four = new float[4], six = new float[6], two = new float[2], output = new float[4];
        Refusal.Says("Radius: expected zero or more, got -1", () => LocalAttention.Forward(shape, new(-1), four, six, six, [], output));
        Refusal.Says("Radius: expected at least 1, got 0", () => LocalAttention.Forward(shape, new(0, Gaussian: true), four, six, six, [], output));
        Refusal.Says("query: expected 1×1×2×2 = 4 floats, got 2", () => LocalAttention.Forward(shape, new(1), two, six, six, [], output));
        Refusal.Says("key: expected 1×1×3×2 = 6 floats, got 4", () => LocalAttention.Forward(shape, new(1), four, four, six, [], output));
        Refusal.Says("value: expected 1×1×3×2 = 6 floats, got 4", () => LocalAttention.ForwardNaive(shape, new(1), four, six, four, [], output));
        Refusal.Says("centre: expected 1×1×2 = 2 floats, got 4", () => LocalAttention.Forward(shape, new(1), four, six, six, four, output));
        Refusal.Says("output: expected 1×1×2×2 = 4 floats, got 6", () => LocalAttention.Forward(shape, new(1), four, six, six, [], new float[6]));
        Refusal.Says("output: must not overlap query", () => LocalAttention.Forward(shape, new(1), output, six, six, [], output));
        Refusal.Says("logSumExp: must not overlap centre", () => LocalAttention.Forward(shape, new(1), four, six, six, two, output, two));
        Refusal.Says("logSumExp: expected 1×1×2 = 2 floats, got 0", () => LocalAttention.Backward(shape, new(1), four, six, six, [], [], four, output, new float[6], new float[6]));
        Refusal.Says("centreGradient: expected 1×1×2 = 2 floats, got 4", () => LocalAttention.Backward(shape, new(1), four, six, six, [], two, four, output, new float[6], new float[6], new float[4]));
        Refusal.Says("keyGradient: must not overlap value", () => LocalAttention.Backward(shape, new(1), four, new float[6], six, [], two, four, output, six, new float[6]));
        Refusal.Says("valueGradient: must not overlap keyGradient", () => LocalAttention.BackwardNaive(shape, new(1), four, new float[6], new float[6], [], two, four, output, six, six));
        Refusal.Says(
            "query: 1×1×2147483647×2 = 4294967294 elements, more than the 2147483591 that one buffer can hold",
            () => LocalAttention.Forward(shape with { Queries = int.MaxValue }, new(1), [], [], [], [], []));
    }

    [Fact]
    public void Attend_Matrices_ReturnsANewOne()
    {
        Draw draw = new(571);
        float[,] query = draw.Matrix(3, 4), key = draw.Matrix(5, 4), value = draw.Matrix(5, 2);
        float[] centre = [0.5f, 2, 4], expected = new float[6];
        LocalWindow window = new(2, Gaussian: true);
        LocalAttention.Forward(AttentionShape.Single(3, 5, 4, 2), window, [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], centre, expected);
        Assert.Equal(expected, LocalAttention.Attend(query, key, value, window, centre).Cast<float>());
        LocalAttention.Forward(AttentionShape.Single(3, 5, 4, 2), window, [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], [0, 1, 2], expected);
        Assert.Equal(expected, LocalAttention.Attend(query, key, value, window).Cast<float>());
        Assert.Throws<ArgumentNullException>(() => LocalAttention.Attend(query, key, null!, window));
    }
}
