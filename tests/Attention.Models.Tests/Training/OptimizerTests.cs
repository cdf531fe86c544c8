namespace Attention.Models.Tests.Training;

public sealed class OptimizerTests
{
    /// <summary>Three steps of torch.optim on θ = (1, −2), loss θ₀² + 3 θ₁², that is gradients 2 θ₀ and 6 θ₁, worked out by hand in double precision below.</summary>
    [Fact]
    public void Adam_WithDecay_IsAdamW()
    {
        Tensor theta = Tensor.Of([1, -2], 2).WithGradient("theta");
        AdamOptimizer optimizer = new([new("theta", theta)], 0.1, new() { WeightDecay = 0.01f });
        double[] expected = [1, -2], m = [0, 0], v = [0, 0];
        for (int step = 1; step <= 3; step++)
        {
            Loss(theta).Backward();
            optimizer.Step();
            for (int i = 0; i < 2; i++)
            {
                double g = (i == 0 ? 2 : 6) * expected[i];
                (m[i], v[i]) = ((0.9 * m[i]) + (0.1 * g), (0.999 * v[i]) + (0.001 * g * g));
                double root = Math.Sqrt(v[i] / (1 - Math.Pow(0.999, step))) + 1e-8;
                expected[i] = (expected[i] * (1 - (0.1 * 0.01))) - (0.1 * m[i] / (1 - Math.Pow(0.9, step)) / root);
            }
        }

        Assert.Equal(expected[0], theta[0], 1e-6);
        Assert.Equal(expected[1], theta[1], 1e-6);
        Assert.Equal(3, optimizer.StepCount);
        Assert.Null(theta.Gradient);
    }

    [Fact]
    public void Adam_DecaysOnlyWhatItIsTold()
    {
        Tensor matrix = Tensor.Ones(2, 2).WithGradient(), row = Tensor.Ones(2).WithGradient();
        AdamOptimizer optimizer = new([new("matrix", matrix), new("row", row)], 0.1, new() { WeightDecay = 0.5f }, (_, parameter) => parameter.Rank >= 2);

        ((matrix.Sum() + row.Sum()) * 0).Backward();
        optimizer.Step();

        Assert.Equal(0.95f, matrix[0, 0], 1e-6f);
        Assert.Equal(1, row[0]);
    }

    [Fact]
    public void Sgd_WithMomentum_KeepsItsVelocity()
    {
        Tensor theta = Tensor.Of([1, -2], 2).WithGradient("theta");
        SgdOptimizer optimizer = new([new("theta", theta)], 0.05, new() { Momentum = 0.9f });
        double[] expected = [1, -2], velocity = [0, 0];
        for (int step = 1; step <= 4; step++)
        {
            Loss(theta).Backward();
            optimizer.Step();
            for (int i = 0; i < 2; i++)
            {
                velocity[i] = (0.9 * velocity[i]) + ((i == 0 ? 2 : 6) * expected[i]);
                expected[i] -= 0.05 * velocity[i];
            }
        }

        Assert.Equal(expected[0], theta[0], 1e-6);
        Assert.Equal(expected[1], theta[1], 1e-6);
    }

    [Fact]
    public void Step_WithAClipNorm_ScalesAllGradientsTogether()
    {
        Tensor a = Tensor.Zeros(1).WithGradient("a"), b = Tensor.Zeros(1).WithGradient("b");
        SgdOptimizer optimizer = new([new("a", a), new("b", b)], 1) { ClipNorm = 1 };

        (a.Sum() * 3).Backward();
        (b.Sum() * 4).Backward();
        double norm = optimizer.Step();

        Assert.Equal(5, norm, 1e-6);
        Assert.Equal(-0.6f, a[0], 1e-6f);
        Assert.Equal(-0.8f, b[0], 1e-6f);
    }

    [Fact]
    public void Step_OnGradientsThatAreNotFinite_ChangesNothingAndNamesThem()
    {
        Tensor a = Tensor.Ones(1).WithGradient("a"), b = Tensor.Zeros(1).WithGradient("layers.0.weight");
        SgdOptimizer optimizer = new([new("a", a), new("layers.0.weight", b)], 1);
        (a.Sum() + b.Sqrt().Sum()).Backward();

        var refused = Assert.Throws<NotFiniteException>(() => { optimizer.Step(); });

        Assert.StartsWith("step 1: the gradients are not finite: NaN or ∞ in layers.0.weight;", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1], a.ToArray());
        Assert.Equal(0, optimizer.StepCount);
    }

    [Fact]
    public void Step_OnManyGradientsThatAreNotFinite_NamesTheFirstOfThem()
    {
        KeyValuePair<string, Tensor>[] parameters = [.. Enumerable.Range(0, 8).Select(i => KeyValuePair.Create($"p{i}", Tensor.Zeros(1).WithGradient()))];
        SgdOptimizer optimizer = new(parameters, 1);
        foreach ((_, Tensor parameter) in parameters)
        {
            parameter.Sqrt().Sum().Backward();
        }

        Assert.Contains("NaN or ∞ in p0, p1, p2, p3, p4 and 3 more;", Assert.Throws<NotFiniteException>(() => { optimizer.Step(); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AParameterTwice_IsRefused()
    {
        Tensor a = Tensor.Ones(1).WithGradient("a");

        Assert.StartsWith("parameters: again comes twice", Assert.Throws<ArgumentException>(() => new SgdOptimizer([new("a", a), new("again", a)], 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("parameters: there are none", Assert.Throws<ArgumentException>(() => new SgdOptimizer([], 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sgd_WithDecay_AddsItToTheGradient()
    {
        Tensor theta = Tensor.Of([2]).WithGradient();
        SgdOptimizer optimizer = new([new("theta", theta)], 0.1, new() { WeightDecay = 0.5f });

        (theta * 3).Sum().Backward();
        optimizer.Step();

        Assert.Equal(2 - (0.1f * (3 + (0.5f * 2))), theta[0], 1e-6f);
    }

    [Fact]
    public void Step_TakesTheRateOfItsOwnNumber()
    {
        Tensor theta = Tensor.Of([0]).WithGradient();
        SgdOptimizer optimizer = new([new("theta", theta)], Schedule.Linear(1, steps: 4, warmUp: 2)); // ½, 1, ½, 0
        float[] expected = [-0.5f, -1.5f, -2, -2];
        foreach (float value in expected)
        {
            theta.Sum().Backward();
            optimizer.Step();
            Assert.Equal(value, theta[0]);
        }
    }

    [Fact]
    public void Step_LeavesFrozenParametersAlone()
    {
        Line model = new(dropout: 0);
        AdamOptimizer optimizer = new(model.NamedParameters, 0.1);
        Tensor frozen = model.Parameters.First();
        float[] before = frozen.ToArray();
        frozen.RequiresGradient = false;

        model.Loss(1).Backward();
        optimizer.Step();

        Assert.Equal(before, frozen.ToArray());
        Assert.NotEqual(new Line(dropout: 0).Numbers(), model.Numbers());
    }

    [Fact]
    public void Step_WithAClipNorm_LeavesFrozenGradientsOut()
    {
        Tensor a = Tensor.Zeros(1).WithGradient("a"), frozen = Tensor.Zeros(1).WithGradient("frozen");
        SgdOptimizer optimizer = new([new("a", a), new("frozen", frozen)], 1) { ClipNorm = 1 };
        ((a * 0.5f) + (frozen * float.PositiveInfinity)).Sum().Backward();
        frozen.RequiresGradient = false;

        Assert.Equal(0.5, optimizer.Step(), 1e-7);
        Assert.Equal(-0.5f, a[0]);
    }

    private static Tensor Loss(Tensor theta) => (theta * theta * Tensor.Of([1, 3], 2)).Sum();
}
