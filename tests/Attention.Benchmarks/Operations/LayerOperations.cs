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
    ];
}
