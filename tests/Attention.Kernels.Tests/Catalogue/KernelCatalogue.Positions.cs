namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfPositions => new()
    {
        ["AlibiSlopes.Forward"] = run =>
        {
            Memory<float> slopes = run.Out(run.Width());
            return () => AlibiSlopes.Forward(slopes.Span);
        },
        ["SinusoidalPositions.Forward"] = run =>
        {
            RowShape shape = new(run.Length(), 2 * run.Width());
            Memory<float> encoding = run.Out(shape.Rows * shape.Columns);
            int first = run.Draw.Integer(0, 5000);
            return () => SinusoidalPositions.Forward(shape, encoding.Span, first, options: run.Options);
        },
        ["LearnedPositions.Forward"] = run =>
        {
            (PositionShape shape, int first) = Learned(run);
            Memory<float> input = run.In(shape.Batch * shape.Length * shape.Width), table = run.In(shape.Positions * shape.Width), output = run.Out(input.Length);
            return () => LearnedPositions.Forward(shape, input.Span, table.Span, output.Span, first, run.Options);
        },
        ["LearnedPositions.Backward"] = run =>
        {
            (PositionShape shape, int first) = Learned(run);
            Memory<float> gradient = run.In(shape.Batch * shape.Length * shape.Width), table = run.Out(shape.Positions * shape.Width);
            return () => LearnedPositions.Backward(shape, gradient.Span, table.Span, first, run.Options);
        },
        ["RotaryPositions.Forward"] = run =>
        {
            (RotaryShape shape, RotaryTable table, Memory<int> first) = Rotary(run);
            Memory<float> input = run.In(shape.Batch * shape.Heads * shape.Length * shape.Width), output = run.Out(input.Length);
            return () => RotaryPositions.Forward(shape, table, input.Span, output.Span, first.Span, run.Options);
        },
        ["RotaryPositions.Backward"] = run =>
        {
            (RotaryShape shape, RotaryTable table, Memory<int> first) = Rotary(run);
            Memory<float> gradient = run.In(shape.Batch * shape.Heads * shape.Length * shape.Width), input = run.Out(gradient.Length);
            return () => RotaryPositions.Backward(shape, table, gradient.Span, input.Span, first.Span, run.Options);
        },
    };

    private static (PositionShape Shape, int First) Learned(CatalogueRun run)
    {
        int length = run.Length(), first = run.Draw.Integer(0, 9);
        return (new(run.Several(3), length, run.Width(), Math.Max(1, length + first + run.Draw.Integer(0, 5))), first);
    }

    private static (RotaryShape Shape, RotaryTable Table, Memory<int> First) Rotary(CatalogueRun run)
    {
        int width = 2 * run.Width(60);
        RotaryShape shape = new(run.Draw.Integer(1, 3), run.Draw.Integer(1, 3), run.Length(), width) { Layout = run.Draw.Pick(AttentionLayout.HeadsFirst, AttentionLayout.LengthFirst) };
        RotaryTable table = new(shape.Length + 20, run.Draw.Coin() ? width : 2 * run.Draw.Integer(1, width / 2), run.Draw.Pick(RotaryPairs.Halves, RotaryPairs.Neighbours));
        return (shape, table, run.Draw.Coin() ? run.Integers(shape.Batch, 20) : Memory<int>.Empty);
    }
}
