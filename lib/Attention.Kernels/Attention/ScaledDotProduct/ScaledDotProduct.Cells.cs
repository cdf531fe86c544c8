namespace Attention.Kernels;

/// <summary>Forms that allocate and return, so that a cell of a notebook reads like the formula.</summary>
public static partial class ScaledDotProduct
{
    /// <summary>Attention with one head: <c>softmax(Q Kᵀ / √D + mask) V</c>.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, dropout, threads, cancellation.</param>
    /// <returns>[N, Dv]: one context per query.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the mask.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static float[,] Attend(float[,] query, float[,] key, float[,] value, Mask mask = default, AttentionOptions options = default)
    {
        CheckMatrices(query, key, value);
        var shape = AttentionShape.Single(query.Rows(), key.Rows(), query.Columns(), value.Columns());
        var output = new float[shape.Queries, shape.ValueWidth];
        Forward(shape, query.AsSpan(), key.AsSpan(), value.AsSpan(), output.AsSpan(), default, mask, options);
        return output;
    }

    /// <summary>The attention weights of one head: <c>softmax(Q Kᵀ / √D + mask)</c>.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <param name="options">Scale, dropout, threads, cancellation.</param>
    /// <returns>[N, M]: each row sums to one, or is zero where its query sees no key; after dropout only on the average.</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the mask.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static float[,] Weights(float[,] query, float[,] key, Mask mask = default, AttentionOptions options = default)
    {
        CheckMatrices(query, key);
        var shape = AttentionShape.Single(query.Rows(), key.Rows(), query.Columns(), 1);
        shape.Check();
        options.Check();
        mask.Check(shape);
        Guard.Count("weights", shape.Queries, shape.Keys);
        var weights = new float[shape.Queries, shape.Keys];
        Mask.Head visible = mask.ForHead(shape, 0, 0);
        HeadRows keys = new(key.AsSpan(), RowStrides.Of(default, 1, shape.Keys, shape.Width), 0, 0, shape.Width);
        for (int i = 0; i < shape.Queries; i++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            Span<float> row = weights.AsSpan().Slice(i * shape.Keys, shape.Keys);
            WeightsRow(query.AsSpan().Slice(i * shape.Width, shape.Width), keys, options, visible, i, row);
            Drop(options.Dropout, WeightDropout.IndexOf(shape, 0, 0, i, 0), row);
        }

        return weights;
    }

    private static void CheckMatrices(float[,] query, float[,] key, float[,] value)
    {
        CheckMatrices(query, key);
        ArgumentNullException.ThrowIfNull(value);
        if (value.Rows() != key.Rows())
        {
            throw new ArgumentException($"value: expected one row per key, {key.Rows()}, got {value.Rows()}");
        }
    }

    private static void CheckMatrices(float[,] query, float[,] key)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        if (key.Columns() != query.Columns())
        {
            throw new ArgumentException($"key: expected rows as wide as a query, {query.Columns()}, got {key.Columns()}");
        }
    }
}
