namespace Attention.Kernels.Tests;

internal delegate void ActivationForward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default);

internal delegate void ActivationBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default);

/// <summary>An activation: its doors, and what they should give in double precision.</summary>
internal sealed class Activation
{
    public static readonly Activation[] All =
    [
        new()
        {
            Name = "relu", Forward = Relu.Forward, Backward = Relu.Backward,
            ForwardNaive = (x, y, _) => Relu.ForwardNaive(x, y), BackwardNaive = (x, dy, dx, _) => Relu.BackwardNaive(x, dy, dx), Array = Relu.Of,
            Of = x => Math.Max(x, 0), Slope = x => x > 0 ? 1 : 0, Condition = _ => 1, SlopeTerms = _ => 1, Ulps = 1,
        },
        new()
        {
            Name = "gelu", Forward = Gelu.Forward, Backward = Gelu.Backward,
            ForwardNaive = (x, y, _) => Gelu.ForwardNaive(x, y), BackwardNaive = (x, dy, dx, _) => Gelu.BackwardNaive(x, dy, dx), Array = Gelu.Of,
            Of = x => x * NormalOracle.Cumulative(x), Slope = x => NormalOracle.Cumulative(x) + (x * NormalOracle.Density(x)), Condition = _ => 1,
            SlopeTerms = x => NormalOracle.Cumulative(x) + Math.Abs(x * NormalOracle.Density(x)), Ulps = 7,
        },
        new()
        {
            Name = "gelu, tanh", Forward = Gelu.ForwardTanh, Backward = Gelu.BackwardTanh,
            ForwardNaive = (x, y, _) => Gelu.ForwardTanhNaive(x, y), BackwardNaive = (x, dy, dx, _) => Gelu.BackwardTanhNaive(x, dy, dx), Array = Gelu.OfTanh,
            Of = x => x * Sigmoid(Inner(x)), Slope = x => Sigmoid(Inner(x)) + (x * Sigmoid(Inner(x)) * Sigmoid(-Inner(x)) * InnerSlope(x)),
            Condition = x => 1 + Math.Abs(Inner(x)), // what rounds in the exponent grows with it
            SlopeTerms = x => Sigmoid(Inner(x)) + Math.Abs(x * Sigmoid(Inner(x)) * Sigmoid(-Inner(x)) * InnerSlope(x)), Ulps = 5,
        },
        new()
        {
            Name = "silu", Forward = Silu.Forward, Backward = Silu.Backward,
            ForwardNaive = (x, y, _) => Silu.ForwardNaive(x, y), BackwardNaive = (x, dy, dx, _) => Silu.BackwardNaive(x, dy, dx), Array = Silu.Of,
            Of = x => x * Sigmoid(x), Slope = x => Sigmoid(x) + (x * Sigmoid(x) * Sigmoid(-x)), Condition = _ => 1,
            SlopeTerms = x => Sigmoid(x) + Math.Abs(x * Sigmoid(x) * Sigmoid(-x)), Ulps = 5,
        },
    ];

    public required string Name { get; init; }

    public required ActivationForward Forward { get; init; }

    public required ActivationBackward Backward { get; init; }

    public required ActivationForward ForwardNaive { get; init; }

    public required ActivationBackward BackwardNaive { get; init; }

    public required Func<float[], float[]> Array { get; init; }

    public required Func<double, double> Of { get; init; }

    public required Func<double, double> Slope { get; init; }

    /// <summary>How many times its own error an input's rounding may grow to.</summary>
    public required Func<double, double> Condition { get; init; }

    /// <summary>The absolute terms that the slope is summed from.</summary>
    public required Func<double, double> SlopeTerms { get; init; }

    /// <summary>Ulps that the fast form may lose, tails included, where the naive forms cancel.</summary>
    public required double Ulps { get; init; }

    public override string ToString() => Name;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Inner(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x));

    private static double InnerSlope(double x) => 2 * Math.Sqrt(2 / Math.PI) * (1 + (3 * 0.044715 * x * x));
}
