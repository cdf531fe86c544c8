using static System.FormattableString;

namespace Attention.Models;

/// <summary>How well an image is cut into regions.</summary>
public static class Segmentation
{
    /// <summary>Mean intersection over union: for each class that either side names, the pixels that both give it divided by the pixels that any gives it, averaged.</summary>
    /// <param name="predicted">[n]; a class for every pixel.</param>
    /// <param name="right">[n]; the true class of every pixel.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="ignored">Pixels whose true class is this one do not count; 255 in many data sets.</param>
    public static double MeanIntersectionOverUnion(ReadOnlySpan<int> predicted, ReadOnlySpan<int> right, int classes, int? ignored = null)
    {
        if (predicted.Length != right.Length)
        {
            throw new ArgumentException(Invariant($"right: expected {predicted.Length}, one for each of predicted, got {right.Length}"));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        long[] both = new long[classes], any = new long[classes];
        for (int i = 0; i < right.Length; i++)
        {
            if (right[i] == ignored)
            {
                continue;
            }

            if ((uint)right[i] >= (uint)classes || (uint)predicted[i] >= (uint)classes)
            {
                throw new ArgumentException(Invariant($"pixel {i}: expected classes from 0 to {classes - 1}, got {predicted[i]} predicted and {right[i]} right"));
            }

            any[right[i]]++;
            if (predicted[i] == right[i])
            {
                both[right[i]]++;
            }
            else
            {
                any[predicted[i]]++;
            }
        }

        double[] shares = [.. both.Zip(any).Where(pair => pair.Second > 0).Select(pair => (double)pair.First / pair.Second)];
        return shares.Length > 0 ? shares.Average() : throw new ArgumentException("right: no pixel counts");
    }
}
