namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class AdamTests
{
    private static readonly AdamOptions[] Paces =
    [
        new(),
        new() { LearningRate = 0.02f, WeightDecay = 0.1f },
        new() { LearningRate = 0.1f, Beta1 = 0, Beta2 = 0.5f, Epsilon = 1e-3f, WeightDecay = 1 },
    ];

    public static TheoryData<Form> Every => Forms.Theory;

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Step_SeveralSteps_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int length in (int[])[.. Lengths.Hard, 20_001])
        {
            AdamOptions adam = Paces[length % Paces.Length];
            Draw draw = new(length);
            float[] start = draw.Normal(length), naive = [.. start], naiveMean = new float[length], naiveSquare = new float[length];
            using Fences fences = new(fence);
            Memory<float> parameters = fences.InPlace(start, "parameters"), mean = fences.InPlace(naiveMean, "mean"), square = fences.InPlace(naiveSquare, "meanSquare");
            Oracle oracle = new(start);
            for (int step = 1; step <= 5; step++)
            {
                float[] gradient = Array.ConvertAll(draw.Normal(length), value => draw.Coin(0.1) ? draw.Pick(0, 1e3f, -1e-6f, 1e-20f) : value);
                Adam.Step(step, fences.Input(gradient, "gradient").Span, parameters.Span, mean.Span, square.Span, adam, form.Options());
                Adam.StepNaive(step, gradient, naive, naiveMean, naiveSquare, adam);
                oracle.Step(step, gradient, adam);
            }

            fences.AssertIntact();
            ErrorBudget.Forward.Assert($"mean, length {length}, {adam}", new(oracle.Mean, oracle.MeanSizes), naiveMean, mean.Span);
            ErrorBudget.Forward.Assert($"meanSquare, length {length}, {adam}", new(oracle.Square), naiveSquare, square.Span);
            ErrorBudget.Forward.Assert($"parameters, length {length}, {adam}", new(oracle.Parameters, oracle.Sizes), naive, parameters.Span);
            ErrorBudget.Rounding(60).Assert($"naive parameters, length {length}, {adam}", new(oracle.Parameters, oracle.Sizes), naive);
        }
    }

    /// <summary>Who names no options gets those of the paper: a default of zeros would step by 0 / 0.</summary>
    [Fact]
    public void Options_Default_AreThePapers()
    {
        AdamOptions adam = default;
        Assert.Equal((1e-3f, 0.9, 0.999, 1e-8f, 0f), (adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay));
        Assert.Equal(adam, new AdamOptions());
        float[] gradient = new Draw(6).Normal(40), one = new float[40], other = new float[40];
        Adam.Step(1, gradient, one, new float[40], new float[40]);
        Adam.Step(1, gradient, other, new float[40], new float[40], new() { LearningRate = 1e-3f, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8f });
        Bits.Same("seed 6", one, other);
    }

    /// <summary>The first step's length is the learning rate, whatever the gradient's: the correction undoes the means' start at zero.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Step_First_HasTheLengthOfTheLearningRate(Form form)
    {
        float[] gradient = [1e-3f, -1e-3f, 1, -7, 1e10f, 0], parameters = new float[6];
        Adam.Step(1, gradient, parameters, new float[6], new float[6], new() { LearningRate = 0.5f, Epsilon = 0.0f }, form.Options());
        Assert.Equal([-0.5f, 0.5f, -0.5f, 0.5f, -0.5f], parameters[..5].Select(value => MathF.Round(value, 4)));
        Assert.True(float.IsNaN(parameters[5]), "0 / 0 without an ε");
    }

    /// <summary>Decay is apart from the gradient: without one, a parameter shrinks by η λ and the means stay zero.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Step_NoGradient_ShrinksByTheDecayAlone(Form form)
    {
        float[] start = new Draw(4).Normal(37), parameters = [.. start], mean = new float[37], square = new float[37];
        Adam.Step(9, new float[37], parameters, mean, square, new() { LearningRate = 0.25f, WeightDecay = 0.5f }, form.Options());
        Bits.Same("parameters", Array.ConvertAll(start, value => value * 0.875f), parameters);
        Assert.All(mean.Concat(square), value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Step_NotANumberAtAnyPlace_SpoilsItsParameterAndNoOther(Form form)
    {
        for (int place = 0; place < 21; place++)
        {
            float[] gradient = new Draw(place).Normal(21), before = new float[21], after = new float[21];
            Adam.Step(1, gradient, before, new float[21], new float[21], new(), form.Options());
            gradient[place] = float.NaN;
            Adam.Step(1, gradient, after, new float[21], new float[21], new(), form.Options());
            before[place] = float.NaN;
            Bits.Same($"NaN at {place}", before, after);
        }
    }

    [Fact]
    public void Step_AnyNumberOfThreads_GivesTheSameBits()
    {
        const int Length = 150_001;
        float[] gradient = new Draw(5).Normal(Length), one = new float[Length], many = new float[Length];
        Adam.Step(1, gradient, one, new float[Length], new float[Length], new(), new KernelOptions { MaxThreads = 1 });
        Adam.Step(1, gradient, many, new float[Length], new float[Length], new(), new KernelOptions { MaxThreads = 3 });
        Bits.Same("three threads", one, many);
    }

    [Fact]
    public void Step_Refusals_SayWhatIsWrong()
    {
        float[] memory = new float[20];
        float[] three = new float[3];
        static float[] Fresh() => new float[3];
        Refusal.Says("step: expected at least 1, got 0", () => Adam.Step(0, three, Fresh(), Fresh(), Fresh(), new()));
        Refusal.Says("gradient: expected 3 floats, got 2", () => Adam.Step(1, new float[2], Fresh(), Fresh(), Fresh(), new()));
        Refusal.Says("mean: expected 3 floats, got 4", () => Adam.StepNaive(1, three, Fresh(), new float[4], Fresh(), new()));
        Refusal.Says("meanSquare: expected 3 floats, got 0", () => Adam.Step(1, three, Fresh(), Fresh(), [], new()));
        Refusal.Says("Beta1: expected at least 0 and less than 1, got 1", () => Adam.Step(1, three, Fresh(), Fresh(), Fresh(), new() { Beta1 = 1 }));
        Refusal.Says("Beta2: expected at least 0 and less than 1, got NaN", () => Adam.Step(1, three, Fresh(), Fresh(), Fresh(), new() { Beta2 = double.NaN }));
        Refusal.Says("LearningRate: expected a finite number of zero or more, got -1", () => Adam.Step(1, three, Fresh(), Fresh(), Fresh(), new() { LearningRate = -1 }));
        Refusal.Says("Epsilon: expected a finite number of zero or more, got NaN", () => Adam.Step(1, three, Fresh(), Fresh(), Fresh(), new() { Epsilon = float.NaN }));
        Refusal.Says("WeightDecay: expected a finite number of zero or more, got -0.5", () => Adam.Step(1, three, Fresh(), Fresh(), Fresh(), new() { WeightDecay = -0.5f }));
        Refusal.Says("mean: must not overlap gradient", () => Adam.Step(1, memory.AsSpan(0, 3), Fresh(), memory.AsSpan(2, 3), Fresh(), new()));
        Refusal.Says("mean: must not overlap parameters", () => Adam.Step(1, three, memory.AsSpan(0, 3), memory.AsSpan(2, 3), Fresh(), new()));
        Refusal.Says("meanSquare: must not overlap gradient", () => Adam.Step(1, memory.AsSpan(0, 3), Fresh(), Fresh(), memory.AsSpan(2, 3), new()));
        Refusal.Says("meanSquare: must not overlap parameters", () => Adam.StepNaive(1, three, memory.AsSpan(0, 3), Fresh(), memory.AsSpan(2, 3), new()));
        Refusal.Says("parameters: must not overlap gradient", () => Adam.Step(1, memory.AsSpan(0, 3), memory.AsSpan(0, 3), Fresh(), Fresh(), new()));
        Refusal.Says("meanSquare: must not overlap mean", () => Adam.Step(1, three, Fresh(), memory.AsSpan(0, 3), memory.AsSpan(2, 3), new()));
    }

    /// <summary>Kingma and Ba 2015, algorithm 1, with the decay of Loshchilov and Hutter 2019, algorithm 2, in double precision.</summary>
    private sealed class Oracle(float[] start)
    {
        public double[] Parameters { get; } = Array.ConvertAll(start, value => (double)value);

        public double[] Sizes { get; } = Array.ConvertAll(start, value => Math.Abs((double)value));

        public double[] Mean { get; } = new double[start.Length];

        public double[] MeanSizes { get; } = new double[start.Length];

        public double[] Square { get; } = new double[start.Length];

        public void Step(int step, float[] gradient, AdamOptions adam)
        {
            double first = 1 - Math.Pow(adam.Beta1, step), second = 1 - Math.Pow(adam.Beta2, step);
            for (int i = 0; i < gradient.Length; i++)
            {
                double g = gradient[i];
                Mean[i] = (adam.Beta1 * Mean[i]) + ((1 - adam.Beta1) * g);
                MeanSizes[i] = (adam.Beta1 * MeanSizes[i]) + ((1 - adam.Beta1) * Math.Abs(g));
                Square[i] = (adam.Beta2 * Square[i]) + ((1 - adam.Beta2) * g * g);
                double pace = adam.LearningRate / first / (Math.Sqrt(Square[i] / second) + adam.Epsilon);
                Parameters[i] = (Parameters[i] * (1 - ((double)adam.LearningRate * adam.WeightDecay))) - (pace * Mean[i]);
                Sizes[i] += pace * MeanSizes[i];
            }
        }
    }
}
