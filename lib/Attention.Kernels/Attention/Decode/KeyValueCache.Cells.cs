namespace Attention.Kernels;

public sealed partial class KeyValueCache
{
    /// <summary>Adds new tokens to one sequence; the heads of a token lie side by side, as a projection writes them.</summary>
    /// <param name="key">[T, G·D]</param>
    /// <param name="value">[T, G·Dv]</param>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <exception cref="ArgumentException">The matrices do not fit the cache or each other, or there is no room; then nothing was added.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Append(float[,] key, float[,] value, int sequence = 0)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        Append(sequence, key.Rows(), key.AsSpan(), value.AsSpan(), AttentionLayout.LengthFirst);
    }
}
