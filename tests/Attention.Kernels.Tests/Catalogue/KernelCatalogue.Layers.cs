namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfLayers => new()
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
        ["Unfolding.Forward"] = run =>
        {
            WindowShape shape = Window(run);
            Memory<float> planes = run.In(shape.Numbers()), windows = run.Out(shape.Windows(shape.Places));
            return () => Unfolding.Forward(shape, planes.Span, windows.Span, run.Options);
        },
        ["Unfolding.Backward"] = run =>
        {
            WindowShape shape = Window(run);
            Memory<float> slopes = run.In(shape.Windows(shape.Places)), gradient = run.Out(shape.Numbers());
            return () => Unfolding.Backward(shape, slopes.Span, gradient.Span, run.Options);
        },
        ["MaxPooling.Forward"] = run =>
        {
            WindowShape shape = Window(run) with { Padding = (0, 0) };
            Memory<float> planes = run.In(shape.Numbers()), y = run.Out(shape.Windows());
            return () => MaxPooling.Forward(shape, planes.Span, y.Span, run.Options);
        },
        ["MaxPooling.Backward"] = run =>
        {
            WindowShape shape = Window(run) with { Padding = (0, 0) };
            Memory<float> planes = run.In(shape.Numbers()), slopes = run.In(shape.Windows()), gradient = run.Out(shape.Numbers());
            return () => MaxPooling.Backward(shape, planes.Span, slopes.Span, gradient.Span, run.Options);
        },
        ["Permutation.Forward"] = run =>
        {
            (int[] sizes, int[] order) = Axes(run);
            Memory<float> x = run.In(sizes[0] * sizes[1] * sizes[2]), y = run.Out(x.Length);
            return () => Permutation.Forward(sizes, order, x.Span, y.Span, run.Options);
        },
        ["Permutation.Backward"] = run =>
        {
            (int[] sizes, int[] order) = Axes(run);
            Memory<float> slopes = run.In(sizes[0] * sizes[1] * sizes[2]), gradient = run.Out(slopes.Length);
            return () => Permutation.Backward(sizes, order, slopes.Span, gradient.Span, run.Options);
        },
    };

    /// <summary>Windows of up to three places a way, so that they fit into every plane that is drawn.</summary>
    private static WindowShape Window(CatalogueRun run) => new(run.Many(3), run.Draw.Integer(5, 20), run.Draw.Integer(5, 60), run.Draw.Integer(1, 3), run.Draw.Integer(1, 3))
    {
        Stride = (run.Draw.Integer(1, 3), run.Draw.Integer(1, 3)),
        Padding = (run.Draw.Integer(0, 2), run.Draw.Integer(0, 2)),
        Dilation = (run.Draw.Integer(1, 2), run.Draw.Integer(1, 2)),
    };

    private static (int[] Sizes, int[] Order) Axes(CatalogueRun run) =>
        ([run.Many(4), run.Width(70), run.Width(70)], run.Draw.Pick<int[]>([0, 2, 1], [2, 1, 0], [1, 2, 0], [1, 0, 2]));

    private static (RowShape Shape, Memory<float> X, Memory<float> Gain) Norm(CatalogueRun run)
    {
        RowShape shape = run.Rows();
        return (shape, run.In(shape.Rows * shape.Columns), run.Draw.Coin() ? run.In(shape.Columns) : default);
    }
}
