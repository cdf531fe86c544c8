using Attention.Kernels;
using static Attention.Benchmarks.ElementOperations;

namespace Attention.Benchmarks;

/// <summary>Norms, products, embeddings.</summary>
internal static class LayerOperations
{
    private const string SquareSizes = "512x512x512";
    private const int Size = 512 * 512;

    private static readonly MatmulShape Square = new(512, 512, 512);
    private static readonly MatmulShape Packing = new(1, 2048, 2048) { TransposeRight = true };
    private static readonly EmbeddingShape Table = new(16384, 16384, 256);

    /// <summary>64 images of 16 channels, seen by a convolution of 3 × 3.</summary>
    private static readonly WindowShape Images = new(1024, 28, 28, 3, 3) { Padding = (1, 1) };

    /// <summary>The same images, of which every four numbers become one.</summary>
    private static readonly WindowShape Halves = new(1024, 28, 28, 2, 2) { Stride = (2, 2) };

    private const string Seen = "1024x28x28, 3x3", Pooled = "1024x28x28, 2x2";
    private static readonly int Embedded = Table.Tokens * Table.Width;

    internal static IEnumerable<Operation> All =>
    [
        new("LayerNorm.Forward", "4096x1024", Work.Memory(Count, Count), b =>
        {
            FloatBuffer x = b.Normal(Count), gain = b.Normal(Sizes.Columns), bias = b.Normal(Sizes.Columns), y = b.Result(Count);
            return () => LayerNorm.Forward(Sizes, x.Span, gain.Span, bias.Span, y.Span, options: b.Options);
        }),
        new("LayerNorm.Backward", "4096x1024", Work.Memory(2.0 * Count, Count), b =>
        {
            FloatBuffer x = b.Normal(Count), g = b.Normal(Count), gain = b.Normal(Sizes.Columns), bias = b.Normal(Sizes.Columns), dx = b.Result(Count);
            FloatBuffer mean = b.Result(Sizes.Rows), deviation = b.Result(Sizes.Rows), dGain = b.Result(Sizes.Columns), dBias = b.Result(Sizes.Columns);
            LayerNorm.Forward(Sizes, x.Span, gain.Span, bias.Span, dx.Span, mean.Span, deviation.Span, options: b.Options);
            return () => LayerNorm.Backward(Sizes, x.Span, gain.Span, mean.Span, deviation.Span, g.Span, dx.Span, dGain.Span, dBias.Span, b.Options);
        }),
        new("RmsNorm.Forward", "4096x1024", Work.Memory(Count, Count), b =>
        {
            FloatBuffer x = b.Normal(Count), gain = b.Normal(Sizes.Columns), y = b.Result(Count);
            return () => RmsNorm.Forward(Sizes, x.Span, gain.Span, y.Span, options: b.Options);
        }),
        new("RmsNorm.Backward", "4096x1024", Work.Memory(2.0 * Count, Count), b =>
        {
            FloatBuffer x = b.Normal(Count), g = b.Normal(Count), gain = b.Normal(Sizes.Columns), root = b.Result(Sizes.Rows), dx = b.Result(Count), dGain = b.Result(Sizes.Columns);
            RmsNorm.Forward(Sizes, x.Span, gain.Span, dx.Span, root.Span, options: b.Options);
            return () => RmsNorm.Backward(Sizes, x.Span, gain.Span, root.Span, g.Span, dx.Span, dGain.Span, b.Options);
        }),
        new("Matmul.Pack", "2048x2048", Work.Memory(2048 * 2048, 2048 * 2048), b =>
        {
            FloatBuffer right = b.Normal(2048 * 2048);
            return () => Matmul.Pack(Packing, right.Span);
        }),
        new("Matmul.Forward", SquareSizes, new Work(2.0 * Size * 512), b =>
        {
            FloatBuffer left = b.Normal(Size), right = b.Normal(Size), result = b.Result(Size);
            return () => Matmul.Forward(Square, left.Span, right.Span, result.Span, options: b.Options);
        }),
        new("Matmul.Forward", SquareSizes, new Work(2.0 * Size * 512), b =>
        {
            FloatBuffer left = b.Normal(Size), right = b.Normal(Size), result = b.Result(Size);
            PackedMatrix packed = Matmul.Pack(Square, right.Span);
            return () => Matmul.Forward(Square, left.Span, packed, result.Span, options: b.Options);
        }) { Variant = "packed" },
        new("Matmul.Backward", SquareSizes, new Work(4.0 * Size * 512), b =>
        {
            FloatBuffer left = b.Normal(Size), right = b.Normal(Size), g = b.Normal(Size), dLeft = b.Result(Size), dRight = b.Result(Size), dBias = b.Result(512);
            return () => Matmul.Backward(Square, left.Span, right.Span, g.Span, dLeft.Span, dRight.Span, dBias.Span, b.Options);
        }),
        new("Embedding.Forward", "16384x256 of 16384", Work.Memory(Embedded, Embedded), b =>
        {
            int[] tokens = Buffers.Indices(Table.Tokens, Table.Vocabulary);
            FloatBuffer table = b.Normal(Table.Vocabulary * Table.Width), y = b.Result(Embedded);
            return () => Embedding.Forward(Table, tokens, table.Span, y.Span, b.Options);
        }),
        new("Embedding.Backward", "16384x256 of 16384", Work.Memory(Embedded, (double)Table.Vocabulary * Table.Width), b =>
        {
            int[] tokens = Buffers.Indices(Table.Tokens, Table.Vocabulary);
            FloatBuffer g = b.Normal(Embedded), dTable = b.Result(Table.Vocabulary * Table.Width);
            return () => Embedding.Backward(Table, tokens, g.Span, dTable.Span, b.Options);
        }),
        new("Unfolding.Forward", Seen, Work.Memory(Images.Planes * 784.0, Images.Planes * 9 * 784.0), b =>
        {
            FloatBuffer planes = b.Normal(Images.Planes * 784), windows = b.Result(Images.Planes * 9 * 784);
            return () => Unfolding.Forward(Images, planes.Span, windows.Span, b.Options);
        }),
        new("Unfolding.Backward", Seen, Work.Memory(Images.Planes * 9 * 784.0, Images.Planes * 784.0), b =>
        {
            FloatBuffer g = b.Normal(Images.Planes * 9 * 784), dPlanes = b.Result(Images.Planes * 784);
            return () => Unfolding.Backward(Images, g.Span, dPlanes.Span, b.Options);
        }),
        new("MaxPooling.Forward", Pooled, Work.Memory(Halves.Planes * 784.0, Halves.Planes * 196.0), b =>
        {
            FloatBuffer planes = b.Normal(Halves.Planes * 784), y = b.Result(Halves.Planes * 196);
            return () => MaxPooling.Forward(Halves, planes.Span, y.Span, b.Options);
        }),
        new("MaxPooling.Backward", Pooled, Work.Memory(Halves.Planes * (784.0 + 196), Halves.Planes * 784.0), b =>
        {
            FloatBuffer planes = b.Normal(Halves.Planes * 784), g = b.Normal(Halves.Planes * 196), dPlanes = b.Result(Halves.Planes * 784);
            return () => MaxPooling.Backward(Halves, planes.Span, g.Span, dPlanes.Span, b.Options);
        }),
        new("Permutation.Forward", "4096x1024, turned", Work.Memory(4096.0 * 1024, 4096.0 * 1024), b =>
        {
            FloatBuffer x = b.Normal(4096 * 1024), y = b.Result(4096 * 1024);
            return () => Permutation.Forward([4096, 1024], [1, 0], x.Span, y.Span, b.Options);
        }),
        new("Permutation.Backward", "32x128x16x64, heads back", Work.Memory(4096.0 * 1024, 4096.0 * 1024), b =>
        {
            FloatBuffer g = b.Normal(4096 * 1024), dx = b.Result(4096 * 1024);
            return () => Permutation.Backward([32, 128, 16, 64], [0, 2, 1, 3], g.Span, dx.Span, b.Options);
        }),
    ];
}
