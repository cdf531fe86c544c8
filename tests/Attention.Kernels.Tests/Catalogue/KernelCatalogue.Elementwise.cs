namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfElementwise => new()
    {
        ["Logarithm.Forward"] = Map(Logarithm.Forward),
        ["Logarithm.Backward"] = Slope(Logarithm.Backward),
        ["Sigmoid.Forward"] = Map(Sigmoid.Forward),
        ["Sigmoid.Backward"] = Slope(Sigmoid.Backward),
        ["Softplus.Forward"] = Map(Softplus.Forward),
        ["Softplus.Backward"] = Slope(Softplus.Backward),
        ["SquareRoot.Forward"] = Map(SquareRoot.Forward),
        ["SquareRoot.Backward"] = Slope(SquareRoot.Backward),
        ["Tanh.Forward"] = Map(Tanh.Forward),
        ["Tanh.Backward"] = Slope(Tanh.Backward),
        ["Division.Forward"] = Pair(Division.Forward),
        ["Division.Backward"] = PairSlopes(Division.Backward),
        ["Multiplication.Forward"] = Pair(Multiplication.Forward),
        ["Multiplication.Backward"] = PairSlopes(Multiplication.Backward),
        ["SwiGlu.Forward"] = Pair(SwiGlu.Forward),
        ["SwiGlu.Backward"] = PairSlopes(SwiGlu.Backward),
        ["Addition.Forward"] = Pair(static (left, right, y, options) => Addition.Forward(left, right, -1, y, options)),
        ["Addition.Backward"] = PairSlopes(static (_, _, dy, left, right, options) => Addition.Backward(-1, dy, left, right, options)),
        ["Scaling.Forward"] = Map(static (x, y, options) => Scaling.Forward(x, 3, y, options)),
        ["Scaling.Backward"] = Map(static (dy, dx, options) => Scaling.Backward(3, dy, dx, options)),
        ["AxisSum.Forward"] = run =>
        {
            (AxisShape shape, Memory<float> x, Memory<float> sums) = Axis(run);
            Memory<float> result = run.Out(sums.Length);
            return () => AxisSum.Forward(shape, x.Span, result.Span, run.Options);
        },
        ["AxisSum.Backward"] = run =>
        {
            (AxisShape shape, Memory<float> x, Memory<float> sums) = Axis(run);
            Memory<float> gradient = run.Out(x.Length);
            return () => AxisSum.Backward(shape, sums.Span, gradient.Span, run.Options);
        },
        ["BroadcastAddition.Forward"] = run =>
        {
            (AxisShape shape, Memory<float> x, Memory<float> addend) = Axis(run);
            Memory<float> y = run.Out(x.Length);
            return () => BroadcastAddition.Forward(shape, x.Span, addend.Span, 2, y.Span, run.Options);
        },
        ["BroadcastAddition.Backward"] = run =>
        {
            (AxisShape shape, Memory<float> slopes, Memory<float> addend) = Axis(run);
            Memory<float> x = run.OutOrNothing(slopes.Length), gradient = run.OutOrNothing(addend.Length);
            return () => BroadcastAddition.Backward(shape, 2, slopes.Span, x.Span, gradient.Span, run.Options);
        },
        ["BroadcastMultiplication.Forward"] = run =>
        {
            (AxisShape shape, Memory<float> x, Memory<float> factor) = Axis(run);
            Memory<float> y = run.Out(x.Length);
            return () => BroadcastMultiplication.Forward(shape, x.Span, factor.Span, y.Span, run.Options);
        },
        ["BroadcastMultiplication.Backward"] = run =>
        {
            (AxisShape shape, Memory<float> x, Memory<float> factor) = Axis(run);
            Memory<float> slopes = run.In(x.Length), xs = run.OutOrNothing(x.Length), factors = run.OutOrNothing(factor.Length);
            return () => BroadcastMultiplication.Backward(shape, x.Span, factor.Span, slopes.Span, xs.Span, factors.Span, run.Options);
        },
    };

    private static (AxisShape Shape, Memory<float> X, Memory<float> Slice) Axis(CatalogueRun run)
    {
        AxisShape shape = new(run.Draw.Integer(0, 3), run.Length(), run.Width(100));
        return (shape, run.In(shape.Outer * shape.Length * shape.Inner), run.In(shape.Outer * shape.Inner));
    }

    private static CatalogueCase Map(ActivationForward forward) => run =>
    {
        Memory<float> x = run.In(run.Length()), y = run.Out(x.Length);
        return () => forward(x.Span, y.Span, run.Options);
    };

    private static CatalogueCase Slope(ActivationBackward backward) => run =>
    {
        Memory<float> given = run.In(run.Length()), slopes = run.In(given.Length), gradient = run.Out(given.Length);
        return () => backward(given.Span, slopes.Span, gradient.Span, run.Options);
    };

    private static CatalogueCase Pair(PairForward forward) => run =>
    {
        Memory<float> left = run.In(run.Length()), right = run.In(left.Length), y = run.Out(left.Length);
        return () => forward(left.Span, right.Span, y.Span, run.Options);
    };

    private static CatalogueCase PairSlopes(PairBackward backward) => run =>
    {
        Memory<float> left = run.In(run.Length()), right = run.In(left.Length), slopes = run.In(left.Length);
        Memory<float> leftGradient = run.OutOrNothing(left.Length), rightGradient = run.OutOrNothing(left.Length);
        return () => backward(left.Span, right.Span, slopes.Span, leftGradient.Span, rightGradient.Span, run.Options);
    };
}
