namespace Attention.Kernels;

/// <summary>A random choice that a gradient can pass through: softmax of scores with Gumbel noise, which at a low temperature is nearly all on one column.</summary>
/// <remarks>
/// <c>w = softmax((scores + g) / T)</c> with <c>gᵢ = −ln(−ln uᵢ)</c> and u uniform between 0 and 1 (Jang, Gu and Poole 2017, eq. 2; Maddison, Mnih and Teh 2017). Whatever the
/// temperature, column i has the largest weight with the probability softmax(scores)ᵢ. The noise is a function of the seed and the place in the matrix: the same seed gives the same
/// noise, on any number of threads, so pass another one to every call. Special values are as <see cref="Softmax"/> says; a score of −∞ is never chosen.
/// </remarks>
public static partial class GumbelSoftmax
{
    private const double CostPerElement = 60; // multiply–adds that take as long

    /// <summary>The weights of every row.</summary>
    /// <param name="shape">Rows and columns of both buffers.</param>
    /// <param name="scores">[Rows, Columns]; unnormalised log-probabilities.</param>
    /// <param name="temperature">From 1e-37 to 1e37; Jang et al. go from 1 down to 0.5.</param>
    /// <param name="seed">Which noise.</param>
    /// <param name="weights">[Rows, Columns]; overwritten. May be <paramref name="scores"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the buffers overlap without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the weights are half written.</exception>
    public static unsafe void Forward(RowShape shape, ReadOnlySpan<float> scores, float temperature, ulong seed, Span<float> weights, KernelOptions options = default)
    {
        Check(shape, scores, temperature, weights, options);
        fixed (float* s = scores, w = weights)
        {
            Tiled.Run(new ForwardTiles(shape, s, temperature, seed, w, null), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>The choice itself, with the weights that its gradient goes through: the straight-through form.</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="scores">[Rows, Columns]; unnormalised log-probabilities.</param>
    /// <param name="temperature">From 1e-37 to 1e37; moves the weights, not the choice.</param>
    /// <param name="seed">Which noise.</param>
    /// <param name="weights">[Rows, Columns]; overwritten with what <see cref="Forward"/> gives, for <see cref="Backward"/>. May be <paramref name="scores"/> itself.</param>
    /// <param name="choice">[Rows, Columns]; overwritten: 1 where scores + g is largest, the first such column if there are several, and 0 elsewhere. A row without a finite score becomes zeros.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap where they may not, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the results are half written.</exception>
    public static unsafe void ForwardHard(
        RowShape shape, ReadOnlySpan<float> scores, float temperature, ulong seed, Span<float> weights, Span<float> choice, KernelOptions options = default)
    {
        CheckHard(shape, scores, temperature, weights, choice, options);
        fixed (float* s = scores, w = weights, c = choice)
        {
            Tiled.Run(new ForwardTiles(shape, s, temperature, seed, w, c), options.ThreadsFor(CostPerElement * shape.Rows * shape.Columns), options);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>, and that of <see cref="ForwardHard"/> as if its choice had been the weights: <c>dsᵢ = wᵢ (dwᵢ − Σⱼ wⱼ dwⱼ) / T</c>.</summary>
    /// <param name="shape">Rows and columns of all three buffers.</param>
    /// <param name="weights">[Rows, Columns]; what the forward pass wrote.</param>
    /// <param name="temperature">As the forward pass had it.</param>
    /// <param name="weightsGradient">[Rows, Columns]; dL/dweights, or straight through dL/dchoice.</param>
    /// <param name="scoresGradient">[Rows, Columns]; dL/dscores, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, the result overlaps an input without being the same, or the temperature is not a positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(
        RowShape shape, ReadOnlySpan<float> weights, float temperature, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, KernelOptions options = default) =>
        Softmax.Backward(shape, weights, weightsGradient, scoresGradient, (SoftmaxOptions)options with { Temperature = temperature });

    /// <summary>The gradient, written as the formula reads.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        RowShape shape, ReadOnlySpan<float> weights, float temperature, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient) =>
        Softmax.BackwardNaive(shape, weights, weightsGradient, scoresGradient, new() { Temperature = temperature });

    /// <summary>The weights of every row, as a new matrix.</summary>
    /// <param name="scores">[Rows, Columns]; unnormalised log-probabilities.</param>
    /// <param name="temperature">From 1e-37 to 1e37.</param>
    /// <param name="seed">Which noise.</param>
    /// <returns>[Rows, Columns]</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static float[,] Rows(float[,] scores, float temperature, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var weights = new float[scores.Rows(), scores.Columns()];
        Forward(new RowShape(scores.Rows(), scores.Columns()), scores.AsSpan(), temperature, seed, weights.AsSpan());
        return weights;
    }

    /// <summary>The choice of every row and the weights that its gradient goes through, as new matrices.</summary>
    /// <param name="scores">[Rows, Columns]; unnormalised log-probabilities.</param>
    /// <param name="temperature">From 1e-37 to 1e37; moves the weights, not the choice.</param>
    /// <param name="seed">Which noise.</param>
    /// <returns>Twice [Rows, Columns]; what <see cref="ForwardHard"/> writes.</returns>
    /// <exception cref="ArgumentException">The temperature is out of range.</exception>
    public static (float[,] Weights, float[,] Choice) RowsHard(float[,] scores, float temperature, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var shape = new RowShape(scores.Rows(), scores.Columns());
        float[,] weights = new float[shape.Rows, shape.Columns], choice = new float[shape.Rows, shape.Columns];
        ForwardHard(shape, scores.AsSpan(), temperature, seed, weights.AsSpan(), choice.AsSpan());
        return (weights, choice);
    }

    private static void Check(RowShape shape, ReadOnlySpan<float> scores, float temperature, ReadOnlySpan<float> weights, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        SoftmaxOptions.CheckTemperature(nameof(temperature), temperature);
        Guard.Length(nameof(scores), scores.Length, shape.Rows, shape.Columns);
        Guard.Length(nameof(weights), weights.Length, shape.Rows, shape.Columns);
        Guard.SameOrApart(nameof(weights), weights, nameof(scores), scores);
    }

    private static void CheckHard(
        RowShape shape, ReadOnlySpan<float> scores, float temperature, ReadOnlySpan<float> weights, ReadOnlySpan<float> choice, KernelOptions options = default)
    {
        Check(shape, scores, temperature, weights, options);
        Guard.Length(nameof(choice), choice.Length, shape.Rows, shape.Columns);
        Guard.Apart(nameof(choice), choice, nameof(scores), scores);
        Guard.Apart(nameof(choice), choice, nameof(weights), weights);
    }
}
