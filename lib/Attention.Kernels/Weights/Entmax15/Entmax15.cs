namespace Attention.Kernels;

/// <summary>Turns each row of scores into weights that sum to one: smoother than <see cref="Sparsemax"/>, but with exact zeros, which <see cref="Softmax"/> never has.</summary>
/// <remarks>
/// The α-entmax with α = 1.5, half-way between the softmax (α = 1) and the sparsemax (α = 2): <c>wᵢ = max(scoreᵢ / 2 − τ, 0)²</c> with the τ that makes the weights sum to one
/// (Peters, Niculae and Martins 2019, § 3). A row whose scores are all −∞, or which has no column, becomes zeros. A row that holds NaN or +∞ becomes NaN throughout.
/// </remarks>
public static partial class Entmax15
{
    private const double CostPerElement = 20; // multiply–adds that take as long

    /// <summary>Entmax of every row.</summary>
    /// <param name="shape">Rows and columns of both buffers.</param>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="weights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the buffers overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    /// <remarks>
    /// τ is exact but for rounding, and found without sorting: Newton's method comes to it from below, and as soon as what lies above solves the equation for its support
    /// alone, a quadratic one, that is the answer. A few passes over the row, whatever its length.
    /// </remarks>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights, KernelOptions options = default)
    {
        Check(shape, scores, weights, options);
        fixed (float* s = scores, w = weights)
        {
            Tiled.Run(new ForwardTiles(shape, s, w), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>The entmax of every row, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <returns>[Rows, Columns]</returns>
    public static float[,] Rows(float[,] scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = new float[scores.Rows(), scores.Columns()];
        Forward(new RowShape(scores.Rows(), scores.Columns()), scores.AsSpan(), weights.AsSpan());
        return weights;
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> weights, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(weights), weights, nameof(scores), scores);
    }
}
