namespace Attention.Kernels;

public static partial class LatentAttention
{
    /// <summary>The expanded form for one sequence, as a new matrix; the heads lie side by side.</summary>
    /// <param name="query">[N, H·(P + C)]; of each head the rotary part first.</param>
    /// <param name="latent">[M, R]</param>
    /// <param name="rotaryKey">[M, P]; one for all heads.</param>
    /// <param name="heads">H: heads.</param>
    /// <param name="keyWeights">[R, H·C]; W_uk.</param>
    /// <param name="valueWeights">[R, H·Dv]; W_uv.</param>
    /// <param name="mask">Which tokens a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, threads, cancellation.</param>
    /// <returns>[N, H·Dv]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the mask.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static float[,] Attend(
        float[,] query, float[,] latent, float[,] rotaryKey, int heads, float[,] keyWeights, float[,] valueWeights, Mask mask = default, AttentionOptions options = default)
    {
        LatentShape shape = ShapeOf(query, latent, rotaryKey, heads, keyWeights, valueWeights);
        var output = new float[shape.Queries, valueWeights.Columns()];
        var key = new float[Guard.Count("key", shape.Keys, heads, shape.Width)];
        var value = new float[Guard.Count("value", shape.Keys, heads, shape.ValueWidth)];
        Forward(shape, query.AsSpan(), latent.AsSpan(), rotaryKey.AsSpan(), keyWeights.AsSpan(), valueWeights.AsSpan(), key, value, output.AsSpan(), default, mask, options);
        return output;
    }

    /// <summary>The absorbed form for one sequence, over a cache of its latents that ends with the queries' own, as a new matrix: what <see cref="Attend"/> gives under a causal mask.</summary>
    /// <param name="query">[N, H·(P + C)]; of each head the rotary part first; the newest N tokens.</param>
    /// <param name="latent">[M, R]; N of them or more.</param>
    /// <param name="rotaryKey">[M, P]; one for all heads.</param>
    /// <param name="heads">H: heads.</param>
    /// <param name="keyWeights">[R, H·C]; W_uk.</param>
    /// <param name="valueWeights">[R, H·Dv]; W_uv.</param>
    /// <param name="options">Scale, threads, cancellation.</param>
    /// <returns>[N, H·Dv]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other, or there are fewer latents than queries.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static float[,] AttendAbsorbed(
        float[,] query, float[,] latent, float[,] rotaryKey, int heads, float[,] keyWeights, float[,] valueWeights, AttentionOptions options = default)
    {
        LatentShape shape = ShapeOf(query, latent, rotaryKey, heads, keyWeights, valueWeights);
        using KeyValueCache cache = KeyValueCache.Contiguous(shape.Cache, shape.Keys);
        AppendLatents(shape, cache, latent.AsSpan(), rotaryKey.AsSpan());
        var output = new float[shape.Queries, valueWeights.Columns()];
        ForwardAbsorbed(shape, cache, query.AsSpan(), keyWeights.AsSpan(), valueWeights.AsSpan(), output.AsSpan(), options);
        return output;
    }

    private static LatentShape ShapeOf(float[,] query, float[,] latent, float[,] rotaryKey, int heads, float[,] keyWeights, float[,] valueWeights)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(rotaryKey);
        ArgumentNullException.ThrowIfNull(keyWeights);
        ArgumentNullException.ThrowIfNull(valueWeights);
        Guard.Positive(nameof(heads), heads);
        CheckShared(nameof(keyWeights), keyWeights, heads);
        CheckShared(nameof(valueWeights), valueWeights, heads);
        return new(1, heads, query.Rows(), latent.Rows(), latent.Columns(), rotaryKey.Columns(), keyWeights.Columns() / heads, valueWeights.Columns() / heads);
    }

    private static void CheckShared(string name, float[,] matrix, int heads)
    {
        if (matrix.Columns() % heads != 0)
        {
            throw new ArgumentException($"{name}: expected columns that {heads} heads can share, got {matrix.Columns()}");
        }
    }
}
