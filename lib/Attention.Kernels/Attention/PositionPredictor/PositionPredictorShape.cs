namespace Attention.Kernels;

/// <summary>The sizes of a position predictor.</summary>
/// <param name="Rows">N: states to predict from; zero is allowed.</param>
/// <param name="Width">D: floats in a state.</param>
/// <param name="Hidden">A: hidden units.</param>
/// <param name="Length">S: positions lie between 0 and this, the length of the sequence that is attended to.</param>
public readonly record struct PositionPredictorShape(int Rows, int Width, int Hidden, int Length)
{
    /// <summary>An additive score of one empty query against the states as its keys.</summary>
    internal ScoreShape Score => new(1, 1, Rows, 0, Width, Hidden);

    /// <summary>Refuses sizes that predict nothing.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Rows), Rows);
        Guard.Positive(nameof(Width), Width);
        Guard.Positive(nameof(Length), Length);
        Guard.Positive(nameof(Hidden), Hidden);
        Guard.Count("projected states", Rows, Hidden);
    }
}
