namespace Attention.Models;

/// <summary>The loss of a set of answers: matching, classes, boxes (Carion et al. 2020, § 3.1).</summary>
internal static class SetLoss
{
    internal static Tensor Of(Tensor logits, Tensor boxes, IReadOnlyList<IReadOnlyList<ObjectInImage>> objects, DetectorOptions options)
    {
        (int batch, int queries, int classes) = logits.Shape;
        int[] targets = new int[batch * queries];
        Array.Fill(targets, classes - 1);
        float[] weights = new float[targets.Length];
        Array.Fill(weights, options.NoObjectWeight);
        List<int> matched = [];
        List<float> places = [];
        float[] probabilities = logits.Detach().Softmax().ToArray();
        if (probabilities.Any(float.IsNaN) || boxes.ToArray().Any(float.IsNaN))
        {
            // No pairing is the best then. The loss is NaN, as its numbers are; whoever trains can name the layer where that began.
            return (logits.Sum() + boxes.Sum()) * float.NaN;
        }

        for (int image = 0; image < batch; image++)
        {
            int first = image * queries;
            int[] query = Match(probabilities.AsSpan(first * classes, queries * classes), boxes.Values.Slice(first * 4, queries * 4), objects[image], options);
            for (int i = 0; i < query.Length; i++)
            {
                int row = first + query[i];
                (targets[row], weights[row]) = (objects[image][i].Class, 1);
                matched.Add(row);
                Box box = objects[image][i].Box;
                places.AddRange((float)((box.Left + box.Right) / 2), (float)((box.Top + box.Bottom) / 2), (float)(box.Right - box.Left), (float)(box.Bottom - box.Top));
            }
        }

        Tensor loss = (logits.LogSoftmax().Reshape(-1, classes).Pick(targets) * Tensor.Of(weights, weights.Length)).Sum() * (-1 / weights.Sum());
        if (matched.Count == 0)
        {
            return loss;
        }

        Tensor found = boxes.Reshape(-1, 4).Select(matched.ToArray()), right = Tensor.Of(places.ToArray(), matched.Count, 4);
        Tensor distance = (found - right).Abs().Sum(), overlap = GeneralisedOverlap(found, right).Sum();
        return loss + (((options.DistanceWeight * distance) + (options.OverlapWeight * (matched.Count - overlap))) / matched.Count);
    }

    /// <summary>A box of edges from centre and size.</summary>
    internal static Box ToBox(ReadOnlySpan<float> box) => new(box[0] - (box[2] / 2), box[1] - (box[3] / 2), box[0] + (box[2] / 2), box[1] + (box[3] / 2));

    /// <summary>The query of every object: <c>−p(class) + λ |b − b̂|₁ − λ GIoU(b, b̂)</c>, summed over the pairs, is the least (§ 3.1 and § A.2).</summary>
    private static int[] Match(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> boxes, IReadOnlyList<ObjectInImage> objects, DetectorOptions options)
    {
        double[,] cost = new double[objects.Count, options.Queries];
        for (int i = 0; i < objects.Count; i++)
        {
            Box right = objects[i].Box;
            for (int query = 0; query < options.Queries; query++)
            {
                ReadOnlySpan<float> given = boxes.Slice(4 * query, 4);
                double distance = Math.Abs(given[0] - ((right.Left + right.Right) / 2)) + Math.Abs(given[1] - ((right.Top + right.Bottom) / 2))
                    + Math.Abs(given[2] - (right.Right - right.Left)) + Math.Abs(given[3] - (right.Bottom - right.Top));
                cost[i, query] = (options.DistanceWeight * distance) - (options.OverlapWeight * ToBox(given).GeneralisedIntersectionOverUnion(right))
                    - probabilities[(query * (options.Classes + 1)) + objects[i].Class];
            }
        }

        return HungarianMatching.Match(cost);
    }

    /// <summary>[K]; the generalised intersection over union of K pairs of boxes [K, 4], each centre and size (Rezatofighi et al. 2019, algorithm 1).</summary>
    private static Tensor GeneralisedOverlap(Tensor a, Tensor b)
    {
        (Tensor lowA, Tensor highA, Tensor sizeA) = Edges(a);
        (Tensor lowB, Tensor highB, Tensor sizeB) = Edges(b);
        Tensor shared = Area((Smaller(highA, highB) - Larger(lowA, lowB)).Relu());
        Tensor union = Area(sizeA) + Area(sizeB) - shared;
        Tensor around = Area(Larger(highA, highB) - Smaller(lowA, lowB));
        return (shared / union) - ((around - union) / around);
    }

    private static (Tensor Low, Tensor High, Tensor Size) Edges(Tensor boxes)
    {
        Tensor centre = boxes.Slice(1, 0, 2), size = boxes.Slice(1, 2, 2);
        return (centre - (size / 2), centre + (size / 2), size);
    }

    private static Tensor Area(Tensor sizes) => sizes.At(1, 0) * sizes.At(1, 1);

    private static Tensor Larger(Tensor a, Tensor b) => a + (b - a).Relu();

    private static Tensor Smaller(Tensor a, Tensor b) => a - (a - b).Relu();
}
