using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Softmax of each row over the scores that may be seen; the others get a weight of 0, as if they stood at −∞.</summary>
/// <remarks>
/// What is hidden has no say, whatever it holds: NaN there changes nothing. A row in which nothing is visible becomes zeros. The rest is as <see cref="Softmax"/> says.
/// </remarks>
public static partial class MaskedSoftmax
{
    private const double CostPerElement = 18; // multiply–adds that take as long

    /// <summary>Softmax of every row over its visible scores.</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="visible">[Rows, Columns]; true where a score takes part.</param>
    /// <param name="weights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<bool> visible, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, visible, weights, options);
        fixed (float* s = scores, w = weights)
        fixed (bool* v = visible)
        {
            Tiled.Run(new ForwardTiles(shape, s, v, null, w, options.Divisor), Threads(shape, options), options.Kernel);
        }
    }

    /// <summary>Softmax of the start of every row: what padding needs.</summary>
    /// <param name="shape">Rows and columns of both matrices.</param>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="lengths">[Rows]; how many scores of each row take part, from 0 to Columns.</param>
    /// <param name="weights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a length from what its row has, or the buffers overlap without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> lengths, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, lengths, weights, options);
        fixed (float* s = scores, w = weights)
        fixed (int* l = lengths)
        {
            Tiled.Run(new ForwardTiles(shape, s, null, l, w, options.Divisor), Threads(shape, options), options.Kernel);
        }
    }

    /// <summary>The softmax of every row over its visible scores, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="visible">[Rows, Columns]; true where a score takes part.</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The matrices differ in size, or the temperature is out of range.</exception>
    public static float[,] Rows(float[,] scores, bool[,] visible, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(visible);
        if (visible.GetLength(0) != scores.Rows() || visible.GetLength(1) != scores.Columns())
        {
            throw new ArgumentException($"{nameof(visible)}: expected {scores.Rows()}×{scores.Columns()}, as the scores are, got {visible.GetLength(0)}×{visible.GetLength(1)}");
        }

        var weights = new float[scores.Rows(), scores.Columns()];
        bool[] flags = [.. visible.Cast<bool>()];
        Forward(new RowShape(scores.Rows(), scores.Columns()), scores.AsSpan(), flags, weights.AsSpan(), new() { Temperature = temperature });
        return weights;
    }

    private static int Threads(RowShape shape, SoftmaxOptions options) => options.Kernel.ThreadsFor(CostPerElement * shape.Rows * shape.Columns);

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> weights, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(weights), weights, nameof(scores), scores);
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<bool> visible, ReadOnlySpan<float> weights, SoftmaxOptions options)
    {
        Check(shape, scores, weights, options);
        CheckVisible(shape, visible);
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weights, SoftmaxOptions options)
    {
        Check(shape, scores, weights, options);
        CheckLengths(shape, lengths);
    }

    private static void CheckVisible(RowShape shape, ReadOnlySpan<bool> visible)
    {
        if (visible.Length != shape.Rows * shape.Columns)
        {
            throw new ArgumentException(Invariant($"{nameof(visible)}: expected {shape.Rows}×{shape.Columns} = {shape.Rows * shape.Columns} flags, got {visible.Length}"));
        }
    }

    private static void CheckLengths(RowShape shape, ReadOnlySpan<int> lengths)
    {
        if (lengths.Length != shape.Rows)
        {
            throw new ArgumentException(Invariant($"{nameof(lengths)}: expected {shape.Rows} of them, one per row, got {lengths.Length}"));
        }

        for (int row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] < 0 || lengths[row] > shape.Columns)
            {
                throw new ArgumentException(Invariant($"{nameof(lengths)}: expected 0 to {shape.Columns}, got {lengths[row]} for row {row}"));
            }
        }
    }
}
