using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Attention that takes one value instead of mixing all: that of the highest score, or one drawn with the softmax's probabilities.</summary>
/// <remarks>
/// The stochastic hard attention of Xu et al. 2015, § 4.1. A choice has no gradient: the values get theirs (<see cref="Backward"/>), and the scores an estimate from the losses
/// that the drawn choices led to (<see cref="BackwardReinforce"/>; Williams 1992). A score of −∞ is never chosen. Where a query has no finite score, nothing is chosen: −1, and an output
/// of zeros. Where it has a NaN, or a +∞ among the probabilities, nothing is chosen either, and the output is NaN.
/// </remarks>
public static partial class HardAttention
{
    private const double CostPerScore = 4, CostPerDraw = 20, CostPerValue = 8; // multiply–adds that take as long

    /// <summary>Every query takes the value of its highest score; of several equal ones, the first.</summary>
    /// <param name="shape">All sizes.</param>
    /// <param name="scores">[B, N, M]</param>
    /// <param name="value">[B, M, Dv]</param>
    /// <param name="chosen">[B, N]; overwritten with the key that each query took, or −1.</param>
    /// <param name="output">[B, N, Dv]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the output overlaps an input.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    public static unsafe void Forward(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> value, Span<int> chosen, Span<float> output, KernelOptions options = default)
    {
        Check(shape, scores, value, chosen, output, options);
        fixed (float* s = scores, v = value, o = output)
        fixed (int* c = chosen)
        {
            Tiled.Run(new ForwardTiles(shape, s, v, c, o, null), Threads(shape, CostPerScore, options), options);
        }
    }

    /// <summary>Every query takes the value of a key that is drawn: key j with the probability softmax(scores)ⱼ.</summary>
    /// <param name="shape">All sizes.</param>
    /// <param name="scores">[B, N, M]</param>
    /// <param name="value">[B, M, Dv]</param>
    /// <param name="seed">Which numbers are drawn: the same seed draws the same keys, on any number of threads, so pass another one to every call.</param>
    /// <param name="chosen">[B, N]; overwritten with the key that each query drew, or −1.</param>
    /// <param name="output">[B, N, Dv]; overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the output overlaps an input.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the outputs are half written.</exception>
    /// <remarks>Drawn from 2²³ numbers: a key whose probability is below 1e-7 may be drawn more rarely or more often than that.</remarks>
    public static unsafe void ForwardSampled(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> value, ulong seed, Span<int> chosen, Span<float> output, KernelOptions options = default)
    {
        Check(shape, scores, value, chosen, output, options);
        fixed (float* s = scores, v = value, o = output)
        fixed (int* c = chosen)
        {
            Tiled.Run(new ForwardTiles(shape, s, v, c, o, seed), Threads(shape, CostPerDraw, options), options);
        }
    }

    /// <summary>The value of the highest score for every query, as a new matrix.</summary>
    /// <param name="scores">[N, M]</param>
    /// <param name="value">[M, Dv]</param>
    /// <returns>[N, Dv]</returns>
    /// <exception cref="ArgumentException">There are not as many values as scores in a row.</exception>
    public static float[,] Choose(float[,] scores, float[,] value)
    {
        HardAttentionShape shape = ShapeOf(scores, value);
        var output = new float[shape.Queries, shape.ValueWidth];
        Forward(shape, scores.AsSpan(), value.AsSpan(), new int[shape.Queries], output.AsSpan());
        return output;
    }

    /// <summary>The value of a key that every query draws, as a new matrix, and which key that was.</summary>
    /// <param name="scores">[N, M]</param>
    /// <param name="value">[M, Dv]</param>
    /// <param name="seed">Which numbers are drawn.</param>
    /// <returns>[N], or −1 where nothing is drawn; and [N, Dv].</returns>
    /// <exception cref="ArgumentException">There are not as many values as scores in a row.</exception>
    public static (int[] Chosen, float[,] Output) ChooseSampled(float[,] scores, float[,] value, ulong seed)
    {
        HardAttentionShape shape = ShapeOf(scores, value);
        var chosen = new int[shape.Queries];
        var output = new float[shape.Queries, shape.ValueWidth];
        ForwardSampled(shape, scores.AsSpan(), value.AsSpan(), seed, chosen, output.AsSpan());
        return (chosen, output);
    }

    private static HardAttentionShape ShapeOf(float[,] scores, float[,] value)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(value);
        return new(1, scores.Rows(), scores.Columns(), value.Columns());
    }

    private static int Threads(HardAttentionShape shape, double costPerScore, KernelOptions options) =>
        options.ThreadsFor((double)shape.Batch * shape.Queries * ((costPerScore * shape.Keys) + (CostPerValue * shape.ValueWidth)));

    private static void Check(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<float> value, ReadOnlySpan<int> chosen, ReadOnlySpan<float> output, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Batch, shape.Queries, shape.Keys);
        Guard.Length(nameof(value), value.Length, shape.Batch, shape.Keys, shape.ValueWidth);
        CheckCount(nameof(chosen), chosen.Length, shape);
        Guard.Length(nameof(output), output.Length, shape.Batch, shape.Queries, shape.ValueWidth);
        Guard.Apart(nameof(output), output, nameof(scores), scores);
        Guard.Apart(nameof(output), output, nameof(value), value);
    }

    private static void CheckCount(string name, int actual, HardAttentionShape shape)
    {
        if (actual != Guard.Count(name, shape.Batch, shape.Queries))
        {
            throw new ArgumentException(Invariant($"{name}: expected {shape.Batch}×{shape.Queries} = {shape.Batch * shape.Queries} keys, got {actual}"));
        }
    }
}
