namespace Attention.Kernels.Tests;

public sealed class DecodeCellTests
{
    /// <summary>Cells hold the heads of a token side by side; the door says the same with a layout.</summary>
    [Fact]
    public void Attend_IsTheDoorOverOneSequence()
    {
        Draw draw = new(3);
        using KeyValueCache cells = KeyValueCache.Contiguous(new(2, 2, 3, 4), 20), spans = KeyValueCache.Contiguous(new(2, 2, 3, 4), 20);
        float[,] key = Matrix(draw, 7, 6), value = Matrix(draw, 7, 8), query = Matrix(draw, 2, 12);
        cells.Append(key, value, sequence: 1);
        spans.Append(1, 7, key.Cast<float>().ToArray(), value.Cast<float>().ToArray(), AttentionLayout.LengthFirst);
        float[,] context = Kernels.Decode.Attend(cells, query, sequence: 1, mask: Mask.Alibi(new[] { 0.5f, 0.25f, 1, 0 }), options: new() { Scale = 0.7f });
        float[] expected = new float[2 * 16];
        AttentionOptions options = new() { Scale = 0.7f, Layout = AttentionLayout.LengthFirst };
        Kernels.Decode.Forward(new(4, 2), spans, query.Cast<float>().ToArray(), expected, sequences: [1], mask: Mask.Alibi(new[] { 0.5f, 0.25f, 1, 0 }), options: options);
        Assert.Equal((2, 16), (context.GetLength(0), context.GetLength(1)));
        Bits.Same("context, seed 3", expected, context.Cast<float>().ToArray());
    }

    [Fact]
    public void Cells_ThatDoNotFit_AreRefused()
    {
        using KeyValueCache cache = KeyValueCache.Contiguous(new(1, 2, 3, 4), 5);
        cache.Append(new float[2, 6], new float[2, 8]);
        Assert.Equal(2, cache.Length(0));
        Refusal.Says("key: expected 2×1×3 = 6 floats, got 5", () => cache.Append(new float[1, 5], new float[1, 8]));
        Refusal.Says("value: expected 2×1×4 = 8 floats, got 16", () => cache.Append(new float[1, 6], new float[2, 8]));
        Refusal.Says("query: expected rows of heads that are D = 3 wide, got 7 columns", () => Kernels.Decode.Attend(cache, new float[1, 7]));
        Refusal.Says("query: expected rows of heads that are D = 3 wide, got 0 columns", () => Kernels.Decode.Attend(cache, new float[1, 0]));
        Refusal.Says("Heads: expected a multiple of the cache's 2 key heads, got 3", () => Kernels.Decode.Attend(cache, new float[1, 9]));
        Refusal.Says("sequences: expected 0 to 0, got 4", () => Kernels.Decode.Attend(cache, new float[1, 6], sequence: 4));
        Assert.Throws<ArgumentNullException>(() => Kernels.Decode.Attend(null!, new float[1, 6]));
        Assert.Throws<ArgumentNullException>(() => Kernels.Decode.Attend(cache, null!));
        Assert.Throws<ArgumentNullException>(() => cache.Append(null!, new float[1, 8]));
        Assert.Throws<ArgumentNullException>(() => cache.Append(new float[1, 6], null!));
    }

    private static float[,] Matrix(Draw draw, int rows, int columns)
    {
        float[,] matrix = new float[rows, columns];
        foreach (ref float x in matrix.AsSpan())
        {
            x = draw.Normal(1)[0];
        }

        return matrix;
    }
}
