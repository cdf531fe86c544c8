namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SgdTests
{
    private static readonly SgdOptions[] Paces =
    [
        new(),
        new() { LearningRate = 0.1f, WeightDecay = 0.4f },
        new() { LearningRate = 0.1f, Momentum = 0.9f },
        new() { LearningRate = 0.05f, Momentum = 0.5f, WeightDecay = 0.3f },
        new() { LearningRate = 0.05f, Momentum = 0.8f, Nesterov = true, WeightDecay = 0.1f },
    ];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Step_SeveralSteps_StayInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (SgdOptions sgd in Paces)
        {
            foreach (int length in Lengths.Hard)
            {
                Draw draw = new(length);
                float[] start = draw.Normal(length), naive = [.. start], naiveVelocity = new float[sgd.Momentum == 0 ? 0 : length];
                using Fences fences = new(fence);
                Memory<float> parameters = fences.InPlace(start, "parameters"), velocity = fences.InPlace(naiveVelocity, "velocity");
                double[] theta = Array.ConvertAll(start, value => (double)value), sizes = Array.ConvertAll(theta, Math.Abs), v = new double[length], speeds = new double[length];
                for (int step = 0; step < 4; step++)
                {
                    float[] gradient = draw.Normal(length);
                    Sgd.Step(fences.Input(gradient, "gradient").Span, parameters.Span, velocity.Span, sgd, form.Options());
                    Sgd.StepNaive(gradient, naive, naiveVelocity, sgd);
                    for (int i = 0; i < length; i++)
                    {
                        double g = gradient[i] + (sgd.WeightDecay * theta[i]), size = Math.Abs(gradient[i]) + (sgd.WeightDecay * sizes[i]);
                        (v[i], speeds[i]) = ((sgd.Momentum * v[i]) + g, (sgd.Momentum * speeds[i]) + size);
                        theta[i] -= sgd.LearningRate * (sgd.Nesterov ? g + (sgd.Momentum * v[i]) : v[i]);
                        sizes[i] += sgd.LearningRate * (size + speeds[i]);
                    }
                }

                fences.AssertIntact();
                Expected expected = new(theta, sizes);
                ErrorBudget.Rounding(20).Assert($"naive, length and seed {length}, {sgd}", expected, naive);
                ErrorBudget.Forward.Assert($"parameters, length and seed {length}, {sgd}", expected, naive, parameters.Span);
                if (sgd.Momentum != 0)
                {
                    ErrorBudget.Forward.Assert($"velocity, length and seed {length}, {sgd}", new(v, speeds), naiveVelocity, velocity.Span);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Step_ThreadsAndPlaces_GiveTheSameBits(Form form)
    {
        const int Length = 150_001;
        foreach (SgdOptions sgd in Paces)
        {
            Draw draw = new(7);
            float[] gradient = draw.Normal(Length), start = draw.Normal(Length), one = [.. start], many = [.. start], last = start[^50..];
            Sgd.Step(gradient, one, new float[Length], sgd, form.Options() with { MaxThreads = 1 });
            Sgd.Step(gradient, many, new float[Length], sgd, form.Options() with { MaxThreads = 3 });
            Sgd.Step(gradient.AsSpan(Length - 50), last, new float[50], sgd, form.Options());
            Bits.Same("three threads, seed 7", one, many);
            Bits.Same("the last fifty, seed 7", one.AsSpan(Length - 50), last);
        }
    }

    /// <summary>A constant slope: the velocity grows to slope / (1 − μ).</summary>
    [Fact]
    public void Step_ConstantGradient_ReachesItsFinalSpeed()
    {
        float[] gradient = [2], parameters = [0], velocity = [0];
        for (int step = 0; step < 200; step++)
        {
            Sgd.Step(gradient, parameters, velocity, new() { Momentum = 0.75f, LearningRate = 1 });
        }

        Assert.Equal(8, velocity[0], 5);
        Assert.Equal(-(200 * 8) + (8 * 0.75f / 0.25f), parameters[0], 2);
    }

    [Fact]
    public void Step_Refusals_SayWhatIsWrong()
    {
        float[] three = new float[3];
        static float[] Fresh() => new float[3];
        Refusal.Says("gradient: expected 3 floats, got 2", () => Sgd.Step(new float[2], three, []));
        Refusal.Says("velocity: expected 3 floats, got 0", () => Sgd.StepNaive(Fresh(), three, [], new() { Momentum = 0.5f }));
        Refusal.Says("parameters: must not overlap gradient", () => Sgd.Step(three, three, []));
        Refusal.Says("velocity: expected 3 floats, got 2", () => Sgd.Step(Fresh(), three, new float[2]));
        Refusal.Says("velocity: must not overlap parameters", () => Sgd.Step(Fresh(), three, three, new() { Momentum = 0.5f }));
        Refusal.Says("velocity: must not overlap gradient", () => Sgd.Step(three, Fresh(), three, new() { Momentum = 0.5f }));
        Refusal.Says("LearningRate: expected a finite number of zero or more, got -1", () => Sgd.Step(Fresh(), three, [], new() { LearningRate = -1 }));
        Refusal.Says("WeightDecay: expected a finite number of zero or more, got NaN", () => Sgd.Step(Fresh(), three, [], new() { WeightDecay = float.NaN }));
        Refusal.Says("Momentum: expected at least 0 and less than 1, got 1", () => Sgd.Step(Fresh(), three, Fresh(), new() { Momentum = 1 }));
        Refusal.Says("Nesterov: needs Momentum, which is 0", () => Sgd.Step(Fresh(), three, [], new() { Nesterov = true }));
    }
}
