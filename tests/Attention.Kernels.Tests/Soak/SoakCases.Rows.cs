namespace Attention.Kernels.Tests;

internal static partial class SoakCases
{
    private static Dictionary<string, SoakCase> OfRows => new()
    {
        ["Exponential.Forward"] = run =>
        {
            Memory<float> x = run.In(run.Length()), y = run.Out(x.Length);
            return () => Exponential.Forward(x.Span, y.Span);
        },
        ["Exponential.Backward"] = run =>
        {
            Memory<float> y = run.In(run.Length()), gradient = run.In(y.Length), x = run.Out(y.Length);
            return () => Exponential.Backward(y.Span, gradient.Span, x.Span);
        },
        ["Softmax.Forward"] = run =>
        {
            RowShape shape = run.Rows();
            Memory<float> scores = run.In(shape.Rows * shape.Columns), weights = run.Out(scores.Length);
            return () => Softmax.Forward(shape, scores.Span, weights.Span, run.Options);
        },
        ["Softmax.Backward"] = run =>
        {
            RowShape shape = run.Rows();
            Memory<float> weights = run.In(shape.Rows * shape.Columns), gradient = run.In(weights.Length), scores = run.Out(weights.Length);
            return () => Softmax.Backward(shape, weights.Span, gradient.Span, scores.Span, run.Options);
        },
    };
}
