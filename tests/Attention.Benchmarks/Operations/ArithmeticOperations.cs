using Attention.Kernels;
using static Attention.Benchmarks.ElementOperations;

namespace Attention.Benchmarks;

/// <summary>Arithmetic on whole matrices: two of the same shape, or one and a row that all its rows share.</summary>
internal static class ArithmeticOperations
{
    private const string Name = "4096x1024";

    /// <summary>Along the columns: each of the rows meets the same numbers.</summary>
    private static readonly AxisShape Shared = new(1, Sizes.Rows, Sizes.Columns);

    private delegate void Pair(ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> y, KernelOptions options);

    private delegate void PairBack(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> yGradient, Span<float> leftGradient, Span<float> rightGradient, KernelOptions options);

    internal static IEnumerable<Operation> All =>
    [
        OfTwo("Addition.Forward", (left, right, y, o) => Addition.Forward(left, right, 1, y, o), Count),
        new("Addition.Backward", Name, Work.Memory(Count, 2.0 * Count), b =>
        {
            FloatBuffer g = b.Normal(Count), left = b.Result(Count), right = b.Result(Count);
            return () => Addition.Backward(0.5f, g.Span, left.Span, right.Span, b.Options);
        }),
        OfTwo("Multiplication.Forward", Multiplication.Forward, Count),
        OfTwoBack("Multiplication.Backward", Multiplication.Backward, Count),
        OfTwo("Division.Forward", Division.Forward, Count),
        OfTwoBack("Division.Backward", Division.Backward, Count),
        OfTwo("SwiGlu.Forward", SwiGlu.Forward, Count, 1),
        OfTwoBack("SwiGlu.Backward", SwiGlu.Backward, Count, 1),
        OfTwo("BroadcastAddition.Forward", (x, addend, y, o) => BroadcastAddition.Forward(Shared, x, addend, 1, y, o), Sizes.Columns),
        new("BroadcastAddition.Backward", Name, Work.Memory(Count, Count + Sizes.Columns), b =>
        {
            FloatBuffer g = b.Normal(Count), x = b.Result(Count), addend = b.Result(Sizes.Columns);
            return () => BroadcastAddition.Backward(Shared, 0.5f, g.Span, x.Span, addend.Span, b.Options);
        }),
        OfTwo("BroadcastMultiplication.Forward", (x, factor, y, o) => BroadcastMultiplication.Forward(Shared, x, factor, y, o), Sizes.Columns),
        OfTwoBack(
            "BroadcastMultiplication.Backward", (x, factor, g, dx, dFactor, o) => BroadcastMultiplication.Backward(Shared, x, factor, g, dx, dFactor, o), Sizes.Columns),
        Forward("Scaling.Forward", (x, y, o) => Scaling.Forward(x, 0.5f, y, o)),
        Forward("Scaling.Backward", (g, x, o) => Scaling.Backward(0.5f, g, x, o)),
        new("AxisSum.Forward", Name, Work.Memory(Count, Sizes.Columns), b =>
        {
            FloatBuffer x = b.Normal(Count), sums = b.Result(Sizes.Columns);
            return () => AxisSum.Forward(Shared, x.Span, sums.Span, b.Options);
        }),
        new("AxisSum.Backward", Name, Work.Memory(Sizes.Columns, Count), b =>
        {
            FloatBuffer g = b.Normal(Sizes.Columns), x = b.Result(Count);
            return () => AxisSum.Backward(Shared, g.Span, x.Span, b.Options);
        }),
        Forward("Sigmoid.Forward", Sigmoid.Forward, 1),
        Backward("Sigmoid.Backward", Sigmoid.Backward, first: Sigmoid.Forward),
        Forward("Tanh.Forward", Tanh.Forward, 1),
        Backward("Tanh.Backward", Tanh.Backward, first: Tanh.Forward),
        Forward("Softplus.Forward", Softplus.Forward, 2),
        Backward("Softplus.Backward", Softplus.Backward, 1),
        Forward("Logarithm.Forward", Logarithm.Forward, 1, Exponential.Forward),
        Backward("Logarithm.Backward", Logarithm.Backward, first: Exponential.Forward),
        Forward("SquareRoot.Forward", SquareRoot.Forward, first: Exponential.Forward),
        Backward("SquareRoot.Backward", SquareRoot.Backward, first: Exponential.Forward),
    ];

    /// <param name="member">The kernel.</param>
    /// <param name="pair">One call of it.</param>
    /// <param name="rightCount">How long the second operand is.</param>
    /// <param name="exponentials">How many each element takes.</param>
    private static Operation OfTwo(string member, Pair pair, int rightCount, double exponentials = 0) => new(member, Name, Work.Memory(Count + (double)rightCount, Count, exponentials * Count), b =>
    {
        FloatBuffer left = b.Normal(Count), right = b.Normal(rightCount), y = b.Result(Count);
        return () => pair(left.Span, right.Span, y.Span, b.Options);
    });

    private static Operation OfTwoBack(string member, PairBack back, int rightCount, double exponentials = 0) =>
        new(member, Name, Work.Memory((2.0 * Count) + rightCount, Count + (double)rightCount, exponentials * Count), b =>
        {
            FloatBuffer left = b.Normal(Count), right = b.Normal(rightCount), g = b.Normal(Count), dLeft = b.Result(Count), dRight = b.Result(rightCount);
            return () => back(left.Span, right.Span, g.Span, dLeft.Span, dRight.Span, b.Options);
        });
}
