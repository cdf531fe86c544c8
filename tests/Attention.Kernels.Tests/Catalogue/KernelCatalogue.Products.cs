namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfProducts => new()
    {
        ["Matmul.Forward"] = run =>
        {
            MatmulShape shape = Product(run);
            Memory<float> left = run.In(shape.Batch * shape.Rows * shape.Depth), right = run.In(shape.Batch * shape.Depth * shape.Columns);
            Memory<float> result = Result(run, shape), bias = run.Draw.Coin() ? run.In(shape.Columns) : default;
            if (shape.Batch > 1 || run.Draw.Coin())
            {
                return () => Matmul.Forward(shape, left.Span, right.Span, result.Span, bias.Span, run.Options);
            }

            PackedMatrix packed = Matmul.Pack(shape, right.Span);
            return () => Matmul.Forward(shape, left.Span, packed, result.Span, bias.Span, run.Options);
        },
        // What it gives back is new by its nature, so this call only reads: the product with it is the case above.
        ["Matmul.Pack"] = run =>
        {
            MatmulShape shape = Product(run) with { Batch = 1 };
            Memory<float> right = run.In(shape.Depth * shape.Columns);
            _ = Matmul.Pack(shape, right.Span);
            return () => { };
        },
        ["Matmul.Backward"] = run =>
        {
            MatmulShape shape = Product(run) with { Accumulate = false };
            Memory<float> left = run.In(shape.Batch * shape.Rows * shape.Depth), right = run.In(shape.Batch * shape.Depth * shape.Columns);
            Memory<float> gradient = run.In(shape.Batch * shape.Rows * shape.Columns);
            Memory<float> lefts = run.Out(left.Length), rights = run.Out(right.Length), biases = run.OutOrNothing(shape.Columns);
            return () => Matmul.Backward(shape, left.Span, right.Span, gradient.Span, lefts.Span, rights.Span, biases.Span, run.Options);
        },
    };

    private static MatmulShape Product(CatalogueRun run) => new(run.Length(), run.Length(), run.Length())
    {
        Batch = run.Draw.Pick(1, 1, 3),
        TransposeLeft = run.Draw.Coin(),
        TransposeRight = run.Draw.Coin(),
        Accumulate = run.Draw.Coin(),
    };

    private static Memory<float> Result(CatalogueRun run, MatmulShape shape)
    {
        int count = shape.Batch * shape.Rows * shape.Columns;
        return shape.Accumulate ? run.InOut(count) : run.Out(count);
    }
}
