namespace Attention.Kernels;

public static partial class CrossEntropy
{
    /// <summary>The loss, written as the formula reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static float ForwardNaive(
        RowShape shape, ReadOnlySpan<float> logits, ReadOnlySpan<int> targets, Span<float> losses = default, CrossEntropyOptions loss = default)
    {
        Check(shape, logits, targets, losses, loss);
        losses.Clear();
        float total = 0;
        for (int row = 0; row < shape.Rows; row++)
        {
            if (targets[row] == loss.IgnoreIndex)
            {
                continue;
            }

            float value = RowNaive(logits.Slice(row * shape.Columns, shape.Columns), targets[row], loss.LabelSmoothing);
            total += value;
            if (!losses.IsEmpty)
            {
                losses[row] = value;
            }
        }

        return total * (float)loss.Share(targets);
    }

    private static float RowNaive(ReadOnlySpan<float> z, int target, float smoothing)
    {
        float max = MaxOf(z);
        if (float.IsNegativeInfinity(max))
        {
            return float.PositiveInfinity;
        }

        float sum = 0;
        foreach (float value in z)
        {
            sum += MathF.Exp(value - max);
        }

        float surprise = (1 - smoothing) * (MathF.Log(sum) - (z[target] - max));
        for (int k = 0; k < z.Length && smoothing > 0; k++)
        {
            surprise += smoothing / z.Length * (MathF.Log(sum) - (z[k] - max));
        }

        return surprise;
    }

    private static float MaxOf(ReadOnlySpan<float> z)
    {
        float max = float.NegativeInfinity;
        foreach (float value in z)
        {
            max = MathF.Max(max, value); // keeps NaN
        }

        return max;
    }
}
