namespace Attention.Kernels;

/// <summary>What one piece of keys gives to the rows that share it, before the pieces are brought together.</summary>
/// <param name="start">[rows, Stride] contexts, [rows] peaks, [rows] sums.</param>
/// <param name="rows">Query rows that share a key head.</param>
/// <param name="valueWidth">Dv</param>
internal readonly unsafe struct DecodePartial(float* start, int rows, int valueWidth)
{
    /// <summary>From one context to the next: whole registers.</summary>
    internal int Stride { get; } = StrideOf(valueWidth);

    /// <summary>[rows, Stride]; the weighted sum of the values.</summary>
    internal float* Context => start;

    /// <summary>[rows]; the largest exponent of two, which the weights are measured against.</summary>
    internal float* Peak => start + ((long)rows * Stride);

    /// <summary>[rows]; the sum of the weights.</summary>
    internal float* Sum => Peak + rows;

    internal static long CountOf(int rows, int valueWidth) => (((long)rows * (StrideOf(valueWidth) + 2)) + 15) / 16 * 16;

    private static int StrideOf(int valueWidth) => (valueWidth + 15) / 16 * 16;
}
