namespace Attention.Models;

/// <summary>An object that was found, or that is there.</summary>
/// <param name="Image">Which image.</param>
/// <param name="Class">Which kind of object.</param>
/// <param name="Box">Where.</param>
/// <param name="Confidence">How sure the detector is; of no meaning for an object that is there.</param>
public sealed record Detection(int Image, int Class, Box Box, double Confidence = 1)
{
    /// <summary>Mean average precision: over the classes that occur, the area under the curve of precision against recall.</summary>
    /// <param name="found">What the detector says.</param>
    /// <param name="present">What is there.</param>
    /// <exception cref="ArgumentException">Nothing is there, the threshold is not above 0 and at most 1, or a confidence is NaN.</exception>
    /// <param name="threshold">How much a box must overlap the true one, as intersection over union, to count as a find.</param>
    /// <remarks>
    /// Everingham et al. 2015 (PASCAL VOC since 2010): the surest detection chooses first, of equally sure ones the one that was given first; it takes the true box that it overlaps most, and a
    /// box that was taken already makes it a false alarm; precision at a recall is the best at this recall or beyond. VOC's "difficult" objects, which count neither way, are not known here.
    /// Averaged over thresholds from 0.5 to 0.95 it is COCO's measure, but for COCO's sampling of the curve at 101 points, its crowds, and its rule that a detection takes the best box still free.
    /// </remarks>
    public static double MeanAveragePrecision(IReadOnlyCollection<Detection> found, IReadOnlyCollection<Detection> present, double threshold = 0.5)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (!(threshold > 0 && threshold <= 1) || found.Any(detection => double.IsNaN(detection.Confidence)))
        {
            throw new ArgumentException(FormattableString.Invariant($"expected a threshold above 0 and up to 1 and no confidence that is NaN, got {threshold} and {found.Count(detection => double.IsNaN(detection.Confidence))} that are"));
        }

        Segments.CheckNotEmpty(nameof(present), present);
        ILookup<int, Detection> byClass = found.ToLookup(detection => detection.Class);
        return present.GroupBy(detection => detection.Class).Average(truth => AveragePrecision([.. byClass[truth.Key]], [.. truth], threshold));
    }

    private static double AveragePrecision(Detection[] found, Detection[] present, double threshold)
    {
        Detection[] surest = [.. found.OrderByDescending(detection => detection.Confidence)];
        var taken = new HashSet<Detection>(ReferenceEqualityComparer.Instance);
        var precisions = new List<double>(); // after each find, which raises the recall by one step
        int finds = 0;
        for (int i = 0; i < surest.Length; i++)
        {
            Detection? nearest = present.Where(truth => truth.Image == surest[i].Image).MaxBy(truth => truth.Box.IntersectionOverUnion(surest[i].Box));
            if (nearest is not null && nearest.Box.IntersectionOverUnion(surest[i].Box) >= threshold && taken.Add(nearest))
            {
                precisions.Add(++finds / (double)(i + 1));
            }
        }

        for (int step = precisions.Count - 2; step >= 0; step--)
        {
            precisions[step] = Math.Max(precisions[step], precisions[step + 1]);
        }

        return precisions.Sum() / present.Length;
    }
}
