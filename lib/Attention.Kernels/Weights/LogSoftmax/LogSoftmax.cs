namespace Attention.Kernels;

/// <summary>The logarithm of the softmax of each row, where the softmax itself would round to 0 and its logarithm to −∞.</summary>
/// <remarks>
/// <c>yᵢ = (scoreᵢ − max) / T − ln Σⱼ e^((scoreⱼ − max) / T)</c> at temperature T. A score of −∞ gives −∞, as does every score of a row that has nothing else. A row that holds NaN or
/// +∞ becomes NaN throughout.
/// </remarks>
public static partial class LogSoftmax
{
    private const double CostPerElement = 16; // multiply–adds that take as long

    /// <summary>Log-softmax of every row.</summary>
    /// <param name="shape">Rows and columns of both buffers.</param>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="logWeights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Temperature, threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the result is half written.</exception>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, Span<float> logWeights, SoftmaxOptions options = default)
    {
        Check(shape, scores, logWeights, options);
        fixed (float* s = scores, y = logWeights)
        {
            Tiled.Run(new ForwardTiles(shape, s, y, options.Divisor), options.Kernel.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options.Kernel);
        }
    }

    /// <summary>The log-softmax of every row, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[,] Rows(float[,] scores, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var logWeights = new float[scores.Rows(), scores.Columns()];
        Forward(new RowShape(scores.Rows(), scores.Columns()), scores.AsSpan(), logWeights.AsSpan(), new() { Temperature = temperature });
        return logWeights;
    }

    /// <summary>The log-softmax of every column, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]</param>
    /// <param name="temperature">T, from 1e-37 to 1e37.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[,] Columns(float[,] scores, float temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var logWeights = new float[scores.Rows(), scores.Columns()];
        ForwardAlongAxis(new AxisShape(1, scores.Rows(), scores.Columns()), scores.AsSpan(), logWeights.AsSpan(), new() { Temperature = temperature });
        return logWeights;
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> logWeights, SoftmaxOptions options)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(logWeights), logWeights.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(logWeights), logWeights, nameof(scores), scores);
    }
}
