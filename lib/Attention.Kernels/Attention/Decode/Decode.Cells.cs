namespace Attention.Kernels;

/// <summary>Forms that allocate and return, so that a cell of a notebook reads like the formula.</summary>
public static partial class Decode
{
    /// <summary>The newest tokens of one sequence attend to its cache; the heads of a token lie side by side, as a projection writes them.</summary>
    /// <param name="cache">Keys and values, those of the new tokens already appended.</param>
    /// <param name="query">[N, H·D]</param>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="mask">What else is hidden, and what is added to the scores; see <see cref="Forward"/>.</param>
    /// <param name="options">Scale, threads, cancellation; the layout is that of the matrices.</param>
    /// <returns>[N, H·Dv]: one context per new token.</returns>
    /// <exception cref="ArgumentException">The matrix does not fit the cache, or the cache refuses the mask or the options.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static float[,] Attend(KeyValueCache cache, float[,] query, int sequence = 0, Mask mask = default, AttentionOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentNullException.ThrowIfNull(query);
        int heads = query.Columns() / cache.Shape.Width;
        if (heads == 0 || query.Columns() % cache.Shape.Width != 0)
        {
            throw new ArgumentException($"query: expected rows of heads that are D = {cache.Shape.Width} wide, got {query.Columns()} columns");
        }

        var output = new float[query.Rows(), Guard.Count("output", heads, cache.Shape.ValueWidth)];
        Forward(new(heads, query.Rows()), cache, query.AsSpan(), output.AsSpan(), sequences: [sequence], mask: mask, options: options with { Layout = AttentionLayout.LengthFirst });
        return output;
    }
}
