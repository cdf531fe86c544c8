namespace Attention.Kernels;

/// <summary>Forms that allocate and return, so that a cell of a notebook reads like the formula.</summary>
public static partial class RelativeAttention
{
    /// <summary>Relative attention with one head.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]; the memory's first.</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="position">[M, D]; row t belongs to the distance t.</param>
    /// <param name="contentBias">[D]; u.</param>
    /// <param name="positionBias">[D]; v.</param>
    /// <returns>[N, Dv]: one context per query.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[,] Attend(float[,] query, float[,] key, float[,] value, float[,] position, float[] contentBias, float[] positionBias)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(contentBias);
        ArgumentNullException.ThrowIfNull(positionBias);
        AttentionShape shape = Matrix.ShapeOf(query, key, value);
        var output = new float[shape.Queries, shape.ValueWidth];
        Forward(shape, query.AsSpan(), key.AsSpan(), value.AsSpan(), position.AsSpan(), contentBias, positionBias, output.AsSpan());
        return output;
    }
}
