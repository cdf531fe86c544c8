namespace Attention.Kernels.Tests;

internal static partial class SoakCases
{
    private static Dictionary<string, SoakCase> OfLayers => new()
    {
        ["LayerNorm.Forward"] = run =>
        {
            (RowShape shape, Memory<float> x, Memory<float> gain) = Norm(run);
            Memory<float> bias = run.Draw.Coin() ? run.In(shape.Columns) : default, y = run.Out(x.Length), mean = run.OutOrNothing(shape.Rows), reciprocal = run.OutOrNothing(shape.Rows);
            return () => LayerNorm.Forward(shape, x.Span, gain.Span, bias.Span, y.Span, mean.Span, reciprocal.Span, options: run.Options);
        },
        ["LayerNorm.Backward"] = run =>
        {
            (RowShape shape, Memory<float> x, Memory<float> gain) = Norm(run);
            Memory<float> gradient = run.In(x.Length), mean = run.In(shape.Rows), reciprocal = run.Positive(shape.Rows);
            Memory<float> xs = run.OutOrNothing(x.Length), gains = run.OutOrNothing(shape.Columns), biases = run.OutOrNothing(shape.Columns);
            return () => LayerNorm.Backward(shape, x.Span, gain.Span, mean.Span, reciprocal.Span, gradient.Span, xs.Span, gains.Span, biases.Span, run.Options);
        },
        ["RmsNorm.Forward"] = run =>
        {
            (RowShape shape, Memory<float> x, Memory<float> gain) = Norm(run);
            Memory<float> y = run.Out(x.Length), reciprocal = run.OutOrNothing(shape.Rows);
            return () => RmsNorm.Forward(shape, x.Span, gain.Span, y.Span, reciprocal.Span, options: run.Options);
        },
        ["RmsNorm.Backward"] = run =>
        {
            (RowShape shape, Memory<float> x, Memory<float> gain) = Norm(run);
            Memory<float> gradient = run.In(x.Length), reciprocal = run.Positive(shape.Rows), xs = run.OutOrNothing(x.Length), gains = run.OutOrNothing(shape.Columns);
            return () => RmsNorm.Backward(shape, x.Span, gain.Span, reciprocal.Span, gradient.Span, xs.Span, gains.Span, run.Options);
        },
    };

    private static (RowShape Shape, Memory<float> X, Memory<float> Gain) Norm(SoakRun run)
    {
        RowShape shape = run.Rows();
        return (shape, run.In(shape.Rows * shape.Columns), run.Draw.Coin() ? run.In(shape.Columns) : default);
    }
}
