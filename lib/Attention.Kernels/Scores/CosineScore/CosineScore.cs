using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Scores a query against a key by the angle between them, whatever their lengths: <c>score = q·k / (|q| |k| τ)</c>.</summary>
/// <remarks>
/// Graves, Wayne and Danihelka 2014, eq. 6, with the temperature τ in the place of 1/β, the reciprocal of their key strength. Scores lie between −1/τ and 1/τ. A vector of zeros has no direction: its scores are
/// zero, and so is its gradient. Lengths are computed without overflow; a vector that holds NaN or ∞ makes all its scores NaN.
/// The temperature is a setting here and has no gradient; who learns one has it from what the kernels return: dL/dτ = −Σ dscore · score / τ.
/// </remarks>
public static partial class CosineScore
{
    /// <summary>Scores every query against every key of its sequence.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scores">[B, N, M]; overwritten, must not overlap an input.</param>
    /// <param name="temperature">τ; positive. A small one makes the softmax sharp.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">
    /// A buffer's length differs from its shape, the scores overlap an input, or the temperature is not a positive number; the message does the arithmetic.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the scores are half written.</exception>
    public static unsafe void Forward(
        ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, Span<float> scores, float temperature = 1, KernelOptions options = default)
    {
        options.Check();
        Check(shape, query, key, scores, temperature);
        Scratch scratch = Scratch.Rent((long)query.Length + key.Length);
        try
        {
            float* directions = scratch.Start, keyDirections = directions + query.Length;
            fixed (float* q = query, k = key)
            {
                Normalise(shape.Batch * shape.Queries, shape.QueryWidth, temperature, q, directions, options);
                Normalise(shape.Batch * shape.Keys, shape.KeyWidth, 1, k, keyDirections, options);
            }

            Matmul.Forward(shape.Pairs, new ReadOnlySpan<float>(directions, query.Length), new ReadOnlySpan<float>(keyDirections, key.Length), scores, options: options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: with directions <c>q̂ = q / |q|</c>, <c>dq = (dq̂ − (dq̂·q̂) q̂) / |q|</c>, and so for the keys.</summary>
    /// <param name="shape">The sizes that all buffers follow; Dq = Dk.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="scoresGradient">[B, N, M]; dL/dscores.</param>
    /// <param name="queryGradient">[B, N, Dq]; overwritten. Empty: not wanted.</param>
    /// <param name="keyGradient">[B, M, Dk]; overwritten. Empty: not wanted.</param>
    /// <param name="temperature">τ; positive.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">
    /// A buffer's length differs from its shape, a gradient overlaps another buffer, or the temperature is not a positive number; the message does the arithmetic.
    /// </exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> scoresGradient,
        Span<float> queryGradient,
        Span<float> keyGradient,
        float temperature = 1,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, query, key, scoresGradient, queryGradient, keyGradient, temperature);
        Scratch scratch = Scratch.Rent((long)query.Length + key.Length);
        try
        {
            float* directions = scratch.Start, keyDirections = directions + query.Length;
            fixed (float* q = query, k = key, dq = queryGradient, dk = keyGradient)
            {
                (int queries, int keys) = (shape.Batch * shape.Queries, shape.Batch * shape.Keys);
                Normalise(queries, shape.QueryWidth, 1, q, directions, options);
                Normalise(keys, shape.KeyWidth, 1, k, keyDirections, options);
                Matmul.Backward(
                    shape.Pairs,
                    new ReadOnlySpan<float>(directions, query.Length),
                    new ReadOnlySpan<float>(keyDirections, key.Length),
                    scoresGradient,
                    queryGradient,
                    keyGradient,
                    options: options);
                if (dq != null)
                {
                    ProjectGradient(queries, shape.QueryWidth, temperature, q, directions, dq, options);
                }

                if (dk != null)
                {
                    ProjectGradient(keys, shape.KeyWidth, temperature, k, keyDirections, dk, options);
                }
            }
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>The cosines between every row of one matrix and every row of another, as a new matrix.</summary>
    /// <param name="query">[N, D]</param>
    /// <param name="key">[M, D]</param>
    /// <param name="temperature">τ; positive.</param>
    /// <returns>[N, M]</returns>
    /// <exception cref="ArgumentException">The matrices are not equally wide, or the temperature is not a positive number.</exception>
    public static float[,] Of(float[,] query, float[,] key, float temperature = 1)
    {
        ScoreShape shape = ScoreShape.Of(query, key);
        var scores = new float[shape.Queries, shape.Keys];
        Forward(shape, query.AsSpan(), key.AsSpan(), scores.AsSpan(), temperature);
        return scores;
    }

    private static void Check(ScoreShape shape, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> scores, float temperature)
    {
        shape.Check(query, key, scores);
        shape.CheckSameWidth();
        CheckTemperature(temperature);
    }

    private static void CheckBackward(
        ScoreShape shape,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> scoresGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        float temperature)
    {
        shape.CheckBackward(query, key, scoresGradient, queryGradient, keyGradient);
        shape.CheckSameWidth();
        CheckTemperature(temperature);
    }

    private static void CheckTemperature(float temperature)
    {
        if (!(temperature > 0 && temperature <= float.MaxValue))
        {
            throw new ArgumentException(Invariant($"temperature: expected a positive number, got {temperature}"));
        }
    }
}
