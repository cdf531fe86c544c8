using static System.FormattableString;

namespace Attention.Kernels;

public static partial class HardAttention
{
    /// <summary>The gradient of the values: each gets those of the outputs that took it.</summary>
    /// <param name="shape">All sizes.</param>
    /// <param name="chosen">[B, N]; what the forward pass wrote.</param>
    /// <param name="outputGradient">[B, N, Dv]; dL/doutput.</param>
    /// <param name="valueGradient">[B, M, Dv]; dL/dvalue, overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a choice is no key, or the result overlaps an input.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(
        HardAttentionShape shape, ReadOnlySpan<int> chosen, ReadOnlySpan<float> outputGradient, Span<float> valueGradient, KernelOptions options = default)
    {
        CheckBackward(shape, chosen, outputGradient, valueGradient, options);
        fixed (int* c = chosen)
        fixed (float* slope = outputGradient, gradient = valueGradient)
        {
            Tiled.Run(new BackwardTiles(shape, c, slope, gradient), Threads(shape, 0, options), options);
        }
    }

    /// <summary>
    /// An estimate of the gradient of the expected loss, from the losses that drawn choices led to: <c>ds_ij = (lossᵢ − baselineᵢ) · ([j = chosenᵢ] − softmax(sᵢ)ⱼ)</c>.
    /// </summary>
    /// <param name="shape">All sizes.</param>
    /// <param name="scores">[B, N, M]; as ForwardSampled had them.</param>
    /// <param name="chosen">[B, N]; what ForwardSampled wrote.</param>
    /// <param name="loss">[B, N]; what each choice cost. For a reward, pass its negative.</param>
    /// <param name="baseline">[B, N]; what was to be expected whatever the choice, such as a running mean of the losses; or empty, for none.</param>
    /// <param name="scoresGradient">[B, N, M]; overwritten. May be <paramref name="scores"/> itself; must not overlap an input otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, a choice is no key, or the result overlaps an input where it may not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>
    /// Its mean over the draws is the gradient itself, with any baseline that does not depend on the draw; a good baseline makes it scatter less (Williams 1992, theorem 1; Xu et al.
    /// 2015, eq. 11). A query without a choice gets zeros.
    /// </remarks>
    public static unsafe void BackwardReinforce(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> chosen, ReadOnlySpan<float> loss, ReadOnlySpan<float> baseline, Span<float> scoresGradient, KernelOptions options = default)
    {
        CheckReinforce(shape, scores, chosen, loss, baseline, scoresGradient, options);
        fixed (int* c = chosen)
        fixed (float* s = scores, l = loss, b = baseline, ds = scoresGradient)
        {
            Tiled.Run(new ReinforceTiles(shape, s, c, l, baseline.IsEmpty ? null : b, ds), Threads(shape, CostPerDraw, options), options);
        }
    }

    private static void CheckBackward(
        HardAttentionShape shape, ReadOnlySpan<int> chosen, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> valueGradient, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        CheckCount(nameof(chosen), chosen.Length, shape);
        Guard.Length(nameof(outputGradient), outputGradient.Length, shape.Batch, shape.Queries, shape.ValueWidth);
        Guard.Length(nameof(valueGradient), valueGradient.Length, shape.Batch, shape.Keys, shape.ValueWidth);
        Guard.Apart(nameof(valueGradient), valueGradient, nameof(outputGradient), outputGradient);
        CheckKeys(shape, chosen);
    }

    private static void CheckReinforce(
        HardAttentionShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> chosen, ReadOnlySpan<float> loss, ReadOnlySpan<float> baseline, ReadOnlySpan<float> scoresGradient, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(nameof(scores), scores.Length, shape.Batch, shape.Queries, shape.Keys);
        CheckCount(nameof(chosen), chosen.Length, shape);
        Guard.Length(nameof(loss), loss.Length, shape.Batch, shape.Queries);
        if (!baseline.IsEmpty)
        {
            Guard.Length(nameof(baseline), baseline.Length, shape.Batch, shape.Queries);
        }

        Guard.Length(nameof(scoresGradient), scoresGradient.Length, shape.Batch, shape.Queries, shape.Keys);
        Guard.SameOrApart(nameof(scoresGradient), scoresGradient, nameof(scores), scores);
        Guard.Apart(nameof(scoresGradient), scoresGradient, nameof(loss), loss);
        Guard.Apart(nameof(scoresGradient), scoresGradient, nameof(baseline), baseline);
        CheckKeys(shape, chosen);
    }

    private static void CheckKeys(HardAttentionShape shape, ReadOnlySpan<int> chosen)
    {
        foreach (int key in chosen)
        {
            if (key < -1 || key >= shape.Keys)
            {
                throw new ArgumentException(Invariant($"{nameof(chosen)}: expected -1 to {shape.Keys - 1}, got {key}"));
            }
        }
    }
}
