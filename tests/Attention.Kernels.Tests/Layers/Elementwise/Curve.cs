namespace Attention.Kernels.Tests;

/// <summary>A function of one float with its gradient: its doors, and what they should give in double precision.</summary>
internal sealed class Curve
{
    public static readonly Curve[] All =
    [
        new()
        {
            Name = "tanh", Forward = Tanh.Forward, Backward = Tanh.Backward, ForwardNaive = (x, y, _) => Tanh.ForwardNaive(x, y),
            BackwardNaive = (y, dy, dx, _) => Tanh.BackwardNaive(y, dy, dx), Array = Tanh.Of, FromResult = true, Of = Math.Tanh, Slope = y => 1 - (y * y), SlopeTerms = y => 1 + (y * y),
            Special = [(0, 0, 1), (-0f, -0f, 1), (float.PositiveInfinity, 1, 0), (float.NegativeInfinity, -1, 0), (float.NaN, float.NaN, float.NaN), (1000, 1, 0)],
        },
        new()
        {
            Name = "sigmoid", Forward = Sigmoid.Forward, Backward = Sigmoid.Backward, ForwardNaive = (x, y, _) => Sigmoid.ForwardNaive(x, y),
            BackwardNaive = (y, dy, dx, _) => Sigmoid.BackwardNaive(y, dy, dx), Array = Sigmoid.Of, FromResult = true,
            Of = x => 1 / (1 + Math.Exp(-x)), Slope = y => y * (1 - y), SlopeTerms = y => y + (y * y),
            Special = [(0, 0.5f, 0.25f), (float.PositiveInfinity, 1, 0), (float.NegativeInfinity, 0, 0), (float.NaN, float.NaN, float.NaN), (1000, 1, 0), (-1000, 0, 0)],
        },
        new()
        {
            Name = "softplus", Forward = Softplus.Forward, Backward = Softplus.Backward, ForwardNaive = (x, y, _) => Softplus.ForwardNaive(x, y),
            BackwardNaive = (x, dy, dx, _) => Softplus.BackwardNaive(x, dy, dx), Array = Softplus.Of,
            Of = x => Math.Max(x, 0) + (2 * Math.Atanh(Math.Exp(-Math.Abs(x)) / (2 + Math.Exp(-Math.Abs(x))))), Slope = x => 1 / (1 + Math.Exp(-x)), SlopeTerms = x => 1 / (1 + Math.Exp(-x)),
            Special =
            [
                (float.PositiveInfinity, float.PositiveInfinity, 1), (float.NegativeInfinity, 0, 0), (float.NaN, float.NaN, float.NaN), (1000, 1000, 1), (-1000, 0, 0), (3e38f, 3e38f, 1),
            ],
        },
        new()
        {
            Name = "logarithm", Forward = Logarithm.Forward, Backward = Logarithm.Backward, ForwardNaive = (x, y, _) => Logarithm.ForwardNaive(x, y),
            BackwardNaive = (x, dy, dx, _) => Logarithm.BackwardNaive(x, dy, dx), Array = Logarithm.Of, Of = Math.Log, Slope = x => 1 / x, SlopeTerms = x => 1 / Math.Abs(x), Positive = true,
            Special = [(1, 0, 1), (0, float.NegativeInfinity, float.PositiveInfinity), (float.PositiveInfinity, float.PositiveInfinity, 0), (-1, float.NaN, -1), (float.NaN, float.NaN, float.NaN)],
        },
        new()
        {
            Name = "square root", Forward = SquareRoot.Forward, Backward = SquareRoot.Backward, ForwardNaive = (x, y, _) => SquareRoot.ForwardNaive(x, y),
            BackwardNaive = (y, dy, dx, _) => SquareRoot.BackwardNaive(y, dy, dx), Array = SquareRoot.Of, FromResult = true,
            Of = Math.Sqrt, Slope = y => 0.5 / y, SlopeTerms = y => 0.5 / Math.Abs(y), Positive = true,
            Special = [(4, 2, 0.25f), (0, 0, float.PositiveInfinity), (float.PositiveInfinity, float.PositiveInfinity, 0), (-1, float.NaN, float.NaN), (float.NaN, float.NaN, float.NaN)],
        },
    ];

    public required string Name { get; init; }

    public required ActivationForward Forward { get; init; }

    public required ActivationBackward Backward { get; init; }

    public required ActivationForward ForwardNaive { get; init; }

    public required ActivationBackward BackwardNaive { get; init; }

    public required Func<float[], float[]> Array { get; init; }

    /// <summary>Whether the gradient is computed from y rather than from x.</summary>
    public bool FromResult { get; init; }

    /// <summary>Whether only positive numbers have a finite result.</summary>
    public bool Positive { get; init; }

    public required Func<double, double> Of { get; init; }

    /// <summary>The slope, from what the gradient is computed from.</summary>
    public required Func<double, double> Slope { get; init; }

    /// <summary>The absolute terms that the slope is summed from.</summary>
    public required Func<double, double> SlopeTerms { get; init; }

    /// <summary>x, y and the slope there.</summary>
    public required (float X, float Y, float Slope)[] Special { get; init; }

    public override string ToString() => Name;

    /// <summary>Inputs of all sizes, and what the gradient is to be multiplied with.</summary>
    public (float[] X, float[] Slopes) Problem(int length)
    {
        Draw draw = new(length);
        float[] x = System.Array.ConvertAll(draw.Normal(length, 2), value => draw.Coin(0.2) ? draw.Pick(1e3f, -1e3f, 95, -95, 14, -14, 1e-20f, 1e-3f) : value);
        return (Positive ? System.Array.ConvertAll(x, Math.Abs) : x, draw.Normal(length));
    }
}
