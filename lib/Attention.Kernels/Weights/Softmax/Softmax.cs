namespace Attention.Kernels;

/// <summary>Turns each row of scores into weights: positive numbers that sum to one.</summary>
/// <remarks>
/// <c>weightᵢ = e^((scoreᵢ − max) / T) / Σⱼ e^((scoreⱼ − max) / T)</c> at temperature T, which is 1 unless <see cref="SoftmaxOptions"/> say otherwise. Subtracting the row's maximum changes nothing in exact arithmetic and keeps every exponential at or below one.
/// A row whose scores are all −∞, or which has no column, has no weights to give: it becomes zeros. A row that holds NaN or +∞ becomes NaN throughout.
/// </remarks>
public static partial class Softmax
{
    private const double CostPerElement = 16; // multiply–adds that take as long

    /// <summary>Softmax of every row.</summary>
    /// <param name="shape">Rows and columns of both buffers.</param>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="weights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, weights, options);
        fixed (float* s = scores, w = weights)
        {
            Tiled.Run(new ForwardTiles(shape, s, w, options.Divisor), options.Kernel.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options.Kernel);
        }
    }

    /// <summary>The softmax of one row, as a new array.</summary>
    /// <param name="scores">[n]</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[] Row(float[] scores, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = new float[scores.Length];
        Forward(new RowShape(1, scores.Length), scores, weights, new() { Temperature = temperature });
        return weights;
    }

    /// <summary>The softmax of every row, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[,] Rows(float[,] scores, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = new float[scores.Rows(), scores.Columns()];
        Forward(new RowShape(scores.Rows(), scores.Columns()), scores.AsSpan(), weights.AsSpan(), new() { Temperature = temperature });
        return weights;
    }

    /// <summary>The softmax of every column, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[,] Columns(float[,] scores, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = new float[scores.Rows(), scores.Columns()];
        ForwardAlongAxis(new AxisShape(1, scores.Rows(), scores.Columns()), scores.AsSpan(), weights.AsSpan(), new() { Temperature = temperature });
        return weights;
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> weights, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(weights), weights, nameof(scores), scores);
    }
}
