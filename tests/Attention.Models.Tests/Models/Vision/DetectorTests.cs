using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Models.Vision;

public sealed class DetectorTests
{
    private static readonly DetectorOptions Tiny = new(8, 2) { Channels = 1, Queries = 3, Width = 4, Heads = 2, Layers = 2, InnerWidth = 4 };

    private static readonly ObjectInImage[][] Objects = [[new(1, new(0.1, 0.2, 0.5, 0.6)), new(0, new(0.55, 0.3, 0.9, 0.95))], [], [new(0, new(0.05, 0.05, 0.4, 0.3))]];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Match_IsTheBestOfAllPairings(ulong seed)
    {
        RandomSource random = new(seed);
        for (int trial = 0; trial < 200; trial++)
        {
            int rows = random.NextInt(6), columns = rows + random.NextInt(3);
            double[,] cost = new double[rows, columns];
            for (int i = 0; i < cost.Length; i++)
            {
                // Every second time small whole numbers, so that there are ties.
                cost[i / columns, i % columns] = trial % 2 == 0 ? random.NextNormal() : random.NextInt(4) - 2;
            }

            int[] found = HungarianMatching.Match(cost);

            Assert.Equal(rows, found.Distinct().Count());
            Assert.Equal(Best(cost, 0, []), found.Select((column, row) => cost[row, column]).Sum(), 1e-9);
        }

        static double Best(double[,] cost, int row, HashSet<int> taken) =>
            row == cost.GetLength(0) ? 0 : Enumerable.Range(0, cost.GetLength(1)).Where(column => !taken.Contains(column)).Min(column => cost[row, column] + Best(cost, row + 1, [.. taken, column]));
    }

    [Fact]
    public void Match_WhatCannotBe_IsRefused()
    {
        Assert.StartsWith("matching: 2 rows cannot have a column each of 1", Assert.Throws<ArgumentException>(() => HungarianMatching.Match(new double[2, 1])).Message, StringComparison.Ordinal);
        Assert.StartsWith("matching: the cost of (0, 1) is NaN", Assert.Throws<ArgumentException>(() => HungarianMatching.Match(new double[,] { { 1, double.NaN } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GeneralisedIntersectionOverUnion_IsTheFormula()
    {
        Box one = new(0, 0, 2, 2);

        Assert.Equal(1, one.GeneralisedIntersectionOverUnion(one));
        Assert.Equal((1.0 / 7) - (2.0 / 9), one.GeneralisedIntersectionOverUnion(new(1, 1, 3, 3)), 1e-12);
        Assert.Equal(-0.5, one.GeneralisedIntersectionOverUnion(new(6, 0, 8, 2)), 1e-12);
        Assert.True(one.GeneralisedIntersectionOverUnion(new(100, 0, 102, 2)) < -0.9);
    }

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        // Boxes away from the kinks of distance and overlap; each object has one query that is clearly nearest. The whole model's gradient is held against PyTorch's.
        Tensor logits = new Draw(2).Of(3, 3, 3);
        Tensor boxes = Tensor.Of(
            [0.36f, 0.46f, 0.34f, 0.34f, 0.8f, 0.55f, 0.44f, 0.55f, 0.1f, 0.9f, 0.1f, 0.1f, .. Enumerable.Repeat(0.5f, 12), 0.9f, 0.9f, 0.1f, 0.15f, 0.3f, 0.25f, 0.28f, 0.3f, 0.8f, 0.2f, 0.2f, 0.2f], 3, 3, 4);

        GradientCheck.Assert(() => SetLoss.Of(logits, boxes, Objects, Tiny), logits, boxes);
    }

    [Fact]
    public void Loss_OfThePerfectAnswer_IsNearlyZero()
    {
        // Logits and boxes that say exactly what is there, in another order than the objects.
        DetectorOptions options = Tiny with { Queries = 2 };
        Tensor logits = Tensor.Of([0, 30, 0, 0, 0, 30], 1, 2, 3), boxes = Tensor.Of([0.3f, 0.4f, 0.4f, 0.4f, 0.5f, 0.5f, 0.1f, 0.1f], 1, 2, 4);
        ObjectInImage[][] there = [[new(1, new(0.1, 0.2, 0.5, 0.6))]], two = [[new(0, new(0.45, 0.45, 0.55, 0.55)), new(1, new(0.1, 0.2, 0.5, 0.6))]];

        Assert.Equal(0, SetLoss.Of(logits, boxes, there, options).Value, 1e-5f);
        Assert.Equal(15, SetLoss.Of(logits, boxes, two, options).Value, 1e-3f);
    }

    /// <summary>One object, two queries; where the boxes' gradient is, there the object was matched. What should not decide is equal, or has no weight.</summary>
    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(5, 0, false)]
    [InlineData(0, 2, false)]
    public void Loss_MatchesByClassDistanceAndOverlap(float distance, float overlap, bool byClass)
    {
        DetectorOptions options = Tiny with { Queries = 2, DistanceWeight = distance, OverlapWeight = overlap };
        float[] far = [0.7f, 0.7f, 0.3f, 0.3f], near = byClass ? far : [0.5f, 0.55f, 0.3f, 0.3f];
        for (int best = 0; best < 2; best++)
        {
            Tensor logits = Tensor.Zeros(1, 2, 3), boxes = Tensor.Of(best == 0 ? [.. near, .. far] : [.. far, .. near], 1, 2, 4).WithGradient("boxes");
            logits.Values[(3 * best) + 1] = byClass ? 1 : 0;

            SetLoss.Of(logits, boxes, [[new(1, new(0.3, 0.3, 0.6, 0.6))]], options).Backward();

            Assert.NotEqual(0, boxes.Gradient![0, best, 0]);
            Assert.Equal([0, 0, 0, 0], boxes.Gradient.At(0, 0).At(0, 1 - best).ToArray());
        }
    }

    [Fact]
    public void Predict_OfQueriesThatSeeNothing_GivesTheLikeliestKindAllTheSame()
    {
        Detector model = new(Tiny, new(1));
        model.State()["class.bias"].Values[2] = 20;

        Assert.All(model.Predict(new Draw(2).Of(3, 1, 8, 8)), found => Assert.True(found.Class is 0 or 1 && found.Confidence < 1e-6));
    }

    [Fact]
    public void Loss_OrderOfObjects_IsNoMatter()
    {
        Detector model = new(Tiny, new(1));
        Tensor images = new Draw(2).Of(3, 1, 8, 8);

        Assert.Equal(model.Loss(images, Objects).Value, model.Loss(images, [[.. Objects[0].Reverse()], Objects[1], Objects[2]]).Value, 1e-5f);
    }

    [Fact]
    public void Predict_GivesEveryQuerysAnswer()
    {
        Detector model = new(Tiny, new(1));
        Tensor images = new Draw(2).Of(3, 1, 8, 8);
        (Tensor logits, Tensor boxes) = model.Forward(images);
        IReadOnlyList<Detection> found = model.Predict(images);

        Assert.Equal([3, 3, 3], logits.Shape);
        Assert.Equal([3, 3, 4], boxes.Shape);
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2], found.Select(one => one.Image));
        Assert.Equal(boxes[2, 1, 0], (found[7].Box.Left + found[7].Box.Right) / 2, 1e-6);
        Assert.Equal(boxes[2, 1, 3], found[7].Box.Bottom - found[7].Box.Top, 1e-6);
        Assert.Equal(logits.Softmax()[2, 1, found[7].Class], found[7].Confidence, 1e-6);
        Assert.Empty(model.Predict(images, least: 1.1));
        using AttentionRecorder recorder = AttentionRecorder.Start();
        model.Forward(images);
        Assert.Equal([3, 2, 3, 2, 2], model.AttentionMaps(images).Shape);
        Assert.Equal(recorder["decoder.1.crossAttention"].ToArray(), model.AttentionMaps(images).ToArray());
        Assert.NotEqual(recorder["decoder.0.crossAttention"].ToArray(), model.AttentionMaps(images).ToArray());
    }

    [Fact]
    public void WhatDoesNotFit_IsNamed()
    {
        Detector model = new(Tiny, new(1));
        Tensor images = Tensor.Zeros(1, 1, 8, 8);
        ObjectInImage one = new(0, new(0, 0, 1, 1));

        Assert.Equal("objects: expected those of 1 images, got those of 3", Refusal(() => model.Loss(images, Objects)));
        Assert.Equal("objects: image 0 has 4, and there are 3 queries", Refusal(() => model.Loss(images, [[one, one, one, one]])));
        Assert.Equal("objects: image 0: expected a class from 0 to 1, got 2", Refusal(() => model.Loss(images, [[new(2, one.Box)]])));
        Assert.StartsWith("objects: image 0: expected a box in shares", Refusal(() => model.Loss(images, [[new(0, new(0, 0, 8, 8))]])), StringComparison.Ordinal);
        Assert.StartsWith("objects: image 0: expected a box in shares", Refusal(() => model.Loss(images, [[one, new(0, new(0, 0.5, 1, 0.5))]])), StringComparison.Ordinal);
        Assert.StartsWith("objects: image 0: expected a box in shares", Refusal(() => model.Loss(images, [[new(0, new(double.NaN, 0, 1, 1))]])), StringComparison.Ordinal);
        Assert.Equal("detector: expected images [batch, 1, 8, 8], got [1, 1, 8, 9]", Refusal(() => model.Forward(Tensor.Zeros(1, 1, 8, 9)).Boxes));
        Assert.Equal("detector: expected images whose side is a multiple of 4, got 10", Refusal(() => new Detector(new(10, 2), new(1))));
        Assert.StartsWith("detector: expected at least 1 of everything, got 0 classes", Refusal(() => new Detector(new(8, 0), new(1))), StringComparison.Ordinal);
        Assert.StartsWith("detector: expected weights that are not negative", Refusal(() => new Detector(new(8, 1) { NoObjectWeight = 0 }, new(1))), StringComparison.Ordinal);

        static string Refusal(Func<object> action) => Assert.Throws<ArgumentException>(action).Message.Split(" (Parameter")[0];
    }
}
