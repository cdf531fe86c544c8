namespace Attention.Kernels;

/// <summary>Forms that allocate and return, so that a cell of a notebook reads like the formula.</summary>
public static partial class LinearAttention
{
    /// <summary>Linear attention with one head: <c>φ(Q) (φ(K)ᵀ V) / φ(Q) (φ(K)ᵀ 1)</c>.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="form">Feature map, causal or not.</param>
    /// <returns>[N, Dv]: one context per query.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the form.</exception>
    public static float[,] Attend(float[,] query, float[,] key, float[,] value, LinearAttentionForm form = default)
    {
        AttentionShape shape = Matrix.ShapeOf(query, key, value);
        var output = new float[shape.Queries, shape.ValueWidth];
        Forward(shape, query.AsSpan(), key.AsSpan(), value.AsSpan(), output.AsSpan(), form: form);
        return output;
    }
}
