namespace Attention.Models;

/// <summary>How a query is scored against a key.</summary>
public enum AttentionScore
{
    /// <summary><c>qᵀ k</c> (Luong et al. 2015, § 3.1).</summary>
    Dot,

    /// <summary><c>qᵀ W k</c> (Luong et al. 2015, § 3.1).</summary>
    General,

    /// <summary><c>vᵀ tanh(W [q; k])</c> (Luong et al. 2015, § 3.1), W's two sides being kept apart.</summary>
    Concat,

    /// <summary><c>vᵀ tanh(W q + U k + b)</c> (Bahdanau, Cho and Bengio 2015, appendix A.1.2, with a bias).</summary>
    Additive,

    /// <summary><c>(W q)_s</c>: by the place s of the key alone (Luong et al. 2015, eq. 8).</summary>
    Location,
}

/// <summary>Which keys a query looks at.</summary>
public enum AttentionWindow
{
    /// <summary>All.</summary>
    Global,

    /// <summary>Local-m: those around the place that the query has in its own sequence (Luong et al. 2015, § 3.2).</summary>
    LocalMonotonic,

    /// <summary>Local-p: those around a place that is predicted from the query, by a Gaussian around it (Luong et al. 2015, eq. 9 and 10).</summary>
    LocalPredictive,
}

/// <summary>The sizes and kinds of a <see cref="ScoreAttention"/>.</summary>
/// <param name="QueryWidth">Dq: floats in a query.</param>
/// <param name="KeyWidth">Dk: floats in a key, which is its value, too.</param>
public sealed record ScoreAttentionOptions(int QueryWidth, int KeyWidth)
{
    /// <summary>How a query is scored against a key.</summary>
    public AttentionScore Score { get; init; } = AttentionScore.Additive;

    /// <summary>A: floats in the hidden layer of an additive or concat score, and of local-p's predictor; null: as in a query.</summary>
    public int? Hidden { get; init; }

    /// <summary>Which keys a query looks at.</summary>
    public AttentionWindow Window { get; init; }

    /// <summary>The paper's D: how far a local window reaches to either side.</summary>
    public int Radius { get; init; } = 2;

    /// <summary>The most keys there can be, which a location score has to know.</summary>
    public int MostKeys { get; init; } = 64;

    /// <summary>Whether an additive score also sees how much attention each key has had so far (See, Liu and Manning 2017, eq. 11).</summary>
    public bool HasCoverage { get; init; }

    internal int ActualHidden => Hidden ?? QueryWidth;

    internal bool IsNetwork => Score is AttentionScore.Additive or AttentionScore.Concat;

    internal void Check()
    {
        Sizes.AtLeast(1, nameof(QueryWidth), QueryWidth);
        Sizes.AtLeast(1, nameof(KeyWidth), KeyWidth);
        Sizes.AtLeast(1, nameof(Hidden), ActualHidden);
        Sizes.AtLeast(1, nameof(Radius), Radius);
        Sizes.AtLeast(1, nameof(MostKeys), MostKeys);
        if (Score == AttentionScore.Dot && QueryWidth != KeyWidth)
        {
            throw new ArgumentException($"attention: a dot score needs queries and keys of the same width, got {QueryWidth} and {KeyWidth}");
        }

        if (HasCoverage && !IsNetwork)
        {
            throw new ArgumentException($"attention: coverage is seen by an additive or concat score, not by {Score}");
        }
    }
}
