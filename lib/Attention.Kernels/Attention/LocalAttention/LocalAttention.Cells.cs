namespace Attention.Kernels;

/// <summary>Forms that allocate and return, so that a cell of a notebook reads like the formula.</summary>
public static partial class LocalAttention
{
    /// <summary>Local attention with one head.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="window">How far a query sees, and whether weights fall towards the edges.</param>
    /// <param name="centre">[N]; null: query i has its centre at key i.</param>
    /// <returns>[N, Dv]: one context per query.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Attend(float[,] query, float[,] key, float[,] value, LocalWindow window, float[]? centre = null)
    {
        AttentionShape shape = Matrix.ShapeOf(query, key, value);
        var output = new float[shape.Queries, shape.ValueWidth];
        Forward(shape, window, query.AsSpan(), key.AsSpan(), value.AsSpan(), centre, output.AsSpan());
        return output;
    }
}
