namespace Attention.Kernels;

/// <summary>The sizes of the scores between queries and keys.</summary>
/// <param name="Batch">B: independent sequences, or heads; zero is allowed.</param>
/// <param name="Queries">N: query rows per sequence; zero is allowed.</param>
/// <param name="Keys">M: key rows per sequence; zero is allowed.</param>
/// <param name="QueryWidth">Dq: floats in a query.</param>
/// <param name="KeyWidth">Dk: floats in a key; a location score does not ask for it.</param>
/// <param name="Hidden">A: floats in the hidden layer of an additive or concat score; other scores have none.</param>
public readonly record struct ScoreShape(int Batch, int Queries, int Keys, int QueryWidth, int KeyWidth, int Hidden = 0)
{
    /// <summary>Queries and keys of the same width, in one sequence.</summary>
    /// <param name="queries">N: query rows.</param>
    /// <param name="keys">M: key rows.</param>
    /// <param name="width">D: floats in a query and in a key.</param>
    public static ScoreShape Single(int queries, int keys, int width) => new(1, queries, keys, width, width);

    /// <summary>Every query times every key.</summary>
    internal MatmulShape Pairs => new(Queries, Keys, KeyWidth) { Batch = Batch, TransposeRight = true };

    /// <summary>Refuses sizes that describe no scores.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.NotNegative(nameof(Queries), Queries);
        Guard.NotNegative(nameof(Keys), Keys);
        Guard.Positive(nameof(QueryWidth), QueryWidth);
    }

    /// <summary>The buffers that nearly every score has.</summary>
    internal void Check(ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scores)
    {
        Check();
        Guard.Positive(nameof(KeyWidth), KeyWidth);
        Guard.Length(nameof(query), query.Length, Batch, Queries, QueryWidth);
        Guard.Length(nameof(key), key.Length, Batch, Keys, KeyWidth);
        Guard.Length(nameof(scores), scores.Length, Batch, Queries, Keys);
        Guard.Apart(nameof(scores), scores, nameof(query), query);
        Guard.Apart(nameof(scores), scores, nameof(key), key);
    }

    /// <summary>The gradients that nearly every score has; an empty one is not wanted.</summary>
    internal void CheckBackward(
        ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, ReadOnlySpan<float> queryGradient, ReadOnlySpan<float> keyGradient)
    {
        Check();
        Guard.Positive(nameof(KeyWidth), KeyWidth);
        Guard.Length(nameof(query), query.Length, Batch, Queries, QueryWidth);
        Guard.Length(nameof(key), key.Length, Batch, Keys, KeyWidth);
        Guard.Length(nameof(scoresGradient), scoresGradient.Length, Batch, Queries, Keys);
        CheckGradient(nameof(queryGradient), queryGradient, query, key, scoresGradient, Batch, Queries, QueryWidth);
        CheckGradient(nameof(keyGradient), keyGradient, query, key, scoresGradient, Batch, Keys, KeyWidth);
        Guard.Apart(nameof(keyGradient), keyGradient, nameof(queryGradient), queryGradient);
    }

    /// <summary>A gradient has its shape, or none at all, and overlaps nothing that is read.</summary>
    internal static void CheckGradient(
        string name, ReadOnlySpan<float> gradient, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scoresGradient, params ReadOnlySpan<int> sizes)
    {
        if (!gradient.IsEmpty)
        {
            Guard.Length(name, gradient.Length, sizes);
        }

        Guard.Apart(name, gradient, nameof(query), query);
        Guard.Apart(name, gradient, nameof(key), key);
        Guard.Apart(name, gradient, nameof(scoresGradient), scoresGradient);
    }

    /// <summary>Queries and keys are multiplied element by element, so they are equally wide.</summary>
    internal void CheckSameWidth()
    {
        if (KeyWidth != QueryWidth)
        {
            throw new ArgumentException($"KeyWidth: expected QueryWidth = {QueryWidth}, got {KeyWidth}");
        }
    }

    /// <summary>A score that has a hidden layer has something in it, and not more than its projections can hold.</summary>
    internal void CheckHidden()
    {
        Guard.Positive(nameof(Hidden), Hidden);
        Guard.Count("projected queries", Batch, Queries, Hidden);
        Guard.Count("projected keys", Batch, Keys, Hidden);
    }

    /// <summary>The scores of these matrices, once they are known to be there.</summary>
    internal static ScoreShape Of(float[,] query, float[,] key)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        return new(1, query.Rows(), key.Rows(), query.Columns(), key.Columns());
    }
}
