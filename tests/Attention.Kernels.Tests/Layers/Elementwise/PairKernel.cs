namespace Attention.Kernels.Tests;

internal delegate void PairForward(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> y, KernelOptions options = default);

internal delegate void PairBackward(
    ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> yGradient, Span<float> leftGradient, Span<float> rightGradient, KernelOptions options = default);

/// <summary>A kernel with two inputs of the same length: its doors, and what they should give in double precision.</summary>
internal sealed class PairKernel
{
    private const float Factor = -1.7f;

    public static readonly PairKernel[] All =
    [
        new()
        {
            Name = "addition", Left = "left", Right = "right",
            Forward = (a, b, y, options) => Addition.Forward(a, b, Factor, y, options), ForwardNaive = (a, b, y, _) => Addition.ForwardNaive(a, b, Factor, y),
            Backward = (a, b, dy, da, db, options) => Addition.Backward(Factor, dy, da, db, options), BackwardNaive = (a, b, dy, da, db, _) => Addition.BackwardNaive(Factor, dy, da, db),
            Array = (a, b) => Addition.Of(a, b, Factor), Of = (a, b) => a + (Factor * b), Terms = (a, b) => Math.Abs(a) + Math.Abs(Factor * b),
            LeftSlope = (_, _) => 1, RightSlope = (_, _) => Factor, SlopeTerms = (_, _) => 2,
        },
        new()
        {
            Name = "multiplication", Left = "left", Right = "right", Forward = Multiplication.Forward, ForwardNaive = (a, b, y, _) => Multiplication.ForwardNaive(a, b, y),
            Backward = Multiplication.Backward, BackwardNaive = (a, b, dy, da, db, _) => Multiplication.BackwardNaive(a, b, dy, da, db), Array = Multiplication.Of,
            Of = (a, b) => a * b, Terms = (a, b) => Math.Abs(a * b), LeftSlope = (_, b) => b, RightSlope = (a, _) => a, SlopeTerms = (_, _) => 0,
        },
        new()
        {
            Name = "division", Left = "left", Right = "right", Forward = Division.Forward, ForwardNaive = (a, b, y, _) => Division.ForwardNaive(a, b, y),
            Backward = Division.Backward, BackwardNaive = (a, b, dy, da, db, _) => Division.BackwardNaive(a, b, dy, da, db), Array = Division.Of,
            Of = (a, b) => a / b, Terms = (a, b) => Math.Abs(a / b), LeftSlope = (_, b) => 1 / b, RightSlope = (a, b) => -a / (b * b), SlopeTerms = (_, _) => 0,
        },
        new()
        {
            Name = "SwiGLU", Left = "gate", Right = "up", Forward = SwiGlu.Forward, ForwardNaive = (a, b, y, _) => SwiGlu.ForwardNaive(a, b, y),
            Backward = SwiGlu.Backward, BackwardNaive = (a, b, dy, da, db, _) => SwiGlu.BackwardNaive(a, b, dy, da, db), Array = SwiGlu.Of,
            Of = (a, b) => a * Sigmoid(a) * b, Terms = (a, b) => Math.Abs(a * b),
            LeftSlope = (a, b) => b * (Sigmoid(a) + (a * Sigmoid(a) * Sigmoid(-a))), RightSlope = (a, _) => a * Sigmoid(a), SlopeTerms = (a, b) => Math.Abs(a) + Math.Abs(b),
        },
    ];

    public required string Name { get; init; }

    /// <summary>What the library calls the first input.</summary>
    public required string Left { get; init; }

    public required string Right { get; init; }

    public required PairForward Forward { get; init; }

    public required PairBackward Backward { get; init; }

    public required PairForward ForwardNaive { get; init; }

    public required PairBackward BackwardNaive { get; init; }

    public required Func<float[], float[], float[]> Array { get; init; }

    public required Func<double, double, double> Of { get; init; }

    /// <summary>The absolute terms that the result is summed from.</summary>
    public required Func<double, double, double> Terms { get; init; }

    public required Func<double, double, double> LeftSlope { get; init; }

    public required Func<double, double, double> RightSlope { get; init; }

    /// <summary>What the magnitude of either slope is beyond itself.</summary>
    public required Func<double, double, double> SlopeTerms { get; init; }

    public override string ToString() => Name;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
