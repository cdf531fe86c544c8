namespace Attention.Models.Tests.Metrics;

public sealed class DetectionTests
{
    private static readonly Box Unit = new(0, 0, 1, 1);

    private static readonly Box Far = new(5, 5, 6, 6);

    [Fact]
    public void IntersectionOverUnion_BoxesThatTouchOrNest_IsTheSharedPart()
    {
        Assert.Equal(1, Unit.IntersectionOverUnion(Unit));
        Assert.Equal(0.25, new Box(0, 0, 2, 2).IntersectionOverUnion(Unit));
        Assert.Equal(1 / 3.0, Unit.IntersectionOverUnion(new Box(0.5, 0, 1.5, 1)), 1e-12);
        Assert.Equal(0, Unit.IntersectionOverUnion(new Box(1, 0, 2, 1)));
        Assert.Equal(0, new Box(3, 3, 3, 3).IntersectionOverUnion(new Box(3, 3, 3, 3)));
        Assert.Equal(0, new Box(1, 1, 0, 0).IntersectionOverUnion(Unit));
    }

    [Fact]
    public void MeanAveragePrecision_AllFound_IsOne()
    {
        Detection[] present = [new(0, 0, Unit), new(0, 1, Far), new(1, 0, Unit)];

        Assert.Equal(1, Detection.MeanAveragePrecision(present, present));
        Assert.Equal(0, Detection.MeanAveragePrecision([], present));
    }

    /// <summary>Hit, false alarm, hit: precisions 1 and 2/3 at recalls 1/3 and 2/3; the third object is never found.</summary>
    [Fact]
    public void MeanAveragePrecision_FalseAlarmBetweenHits_CostsTheLaterOne()
    {
        Detection[] present = [new(0, 0, Unit), new(1, 0, Unit), new(2, 0, Unit)];
        Detection[] found = [new(0, 0, Unit, 0.9), new(0, 0, Far, 0.8), new(1, 0, Unit, 0.7)];

        Assert.Equal((1 + (2 / 3.0)) / 3, Detection.MeanAveragePrecision(found, present), 1e-12);
    }

    [Fact]
    public void MeanAveragePrecision_SameObjectTwice_CountsOnce()
    {
        Detection[] present = [new(0, 0, Unit), new(1, 0, Unit)];
        Detection[] found = [new(0, 0, Unit, 0.9), new(0, 0, Unit, 0.8), new(1, 0, Unit, 0.7)];

        Assert.Equal((1 + (2 / 3.0)) / 2, Detection.MeanAveragePrecision(found, present), 1e-12);
    }

    [Fact]
    public void MeanAveragePrecision_LooseBox_CountsUntilTheThresholdIsStrict()
    {
        Detection[] present = [new(0, 0, new Box(0, 0, 2, 1))], found = [new(0, 0, Unit)];

        Assert.Equal(1, Detection.MeanAveragePrecision(found, present, 0.5));
        Assert.Equal(0, Detection.MeanAveragePrecision(found, present, 0.51));
    }

    /// <summary>A detection takes the box that it overlaps most, even where that is taken and another free one would do: a crowd costs false alarms.</summary>
    [Fact]
    public void MeanAveragePrecision_CrowdedBoxes_AreTakenByOverlap()
    {
        Detection[] present = [new(0, 0, new Box(0, 0, 10, 10)), new(0, 0, new Box(2, 0, 12, 10))];
        Box nearFirst = new(0.5, 0, 10.5, 10), second = new(2, 0, 12, 10);

        Assert.Equal(0.5, Detection.MeanAveragePrecision([new(0, 0, nearFirst, 0.9), new(0, 0, nearFirst, 0.8)], present), 1e-12);
        Assert.Equal(1, Detection.MeanAveragePrecision([new(0, 0, nearFirst, 0.9), new(0, 0, second, 0.8)], present), 1e-12);
    }

    /// <summary>Of equally sure detections the one given first counts first, so that the result is the same every time.</summary>
    [Fact]
    public void MeanAveragePrecision_Ties_AreTakenInTheOrderGiven()
    {
        Detection[] present = [new(0, 0, Unit)];

        Assert.Equal(1, Detection.MeanAveragePrecision([new(0, 0, Unit, 0.5), new(0, 0, Far, 0.5)], present));
        Assert.Equal(0.5, Detection.MeanAveragePrecision([new(0, 0, Far, 0.5), new(0, 0, Unit, 0.5)], present));
    }

    [Fact]
    public void MeanAveragePrecision_OddInput_IsRefused()
    {
        Detection[] present = [new(0, 0, Unit)];

        Assert.Contains("got 0 and 0 that are", Assert.Throws<ArgumentException>(() => Detection.MeanAveragePrecision(present, present, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("got 1.5 and 0 that are", Assert.Throws<ArgumentException>(() => Detection.MeanAveragePrecision(present, present, 1.5)).Message, StringComparison.Ordinal);
        Assert.Contains("got 0.5 and 1 that are", Assert.Throws<ArgumentException>(() => Detection.MeanAveragePrecision([new(0, 0, Unit, double.NaN)], present)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Detection.MeanAveragePrecision(present, []));
    }

    [Fact]
    public void MeanAveragePrecision_TwoClasses_AreAveraged()
    {
        Detection[] present = [new(0, 0, Unit), new(0, 7, Far)];

        Assert.Equal(0.5, Detection.MeanAveragePrecision([new(0, 0, Unit)], present));
    }

    [Fact]
    public void MeanIntersectionOverUnion_SmallMap_AveragesTheClassesThatOccur()
    {
        int[] right = [0, 0, 1, 1, 255], predicted = [0, 1, 1, 1, 3];

        Assert.Equal(((1 / 2.0) + (2 / 3.0)) / 2, Segmentation.MeanIntersectionOverUnion(predicted, right, classes: 9, ignored: 255), 1e-12);
    }

    [Fact]
    public void MeanIntersectionOverUnion_ClassOfOnePixel_CountsAsMuchAsAnyOther() => Assert.Equal((0.5 + 0) / 2, Segmentation.MeanIntersectionOverUnion([0, 0], [0, 1], 3));

    [Fact]
    public void MeanIntersectionOverUnion_OneClassAlone_IsItsShare()
    {
        Assert.Equal(1, Segmentation.MeanIntersectionOverUnion([2], [2], 3));
        Assert.Equal("right: no pixel counts", Assert.Throws<ArgumentException>(() => Segmentation.MeanIntersectionOverUnion([0], [255], 3, ignored: 255)).Message);
    }

    /// <summary>Boxes in shares of an image are smaller than 1 together; those that do not touch lie a fifth of the box around them apart.</summary>
    [Fact]
    public void GeneralisedIntersectionOverUnion_SmallBoxes_TellsHowFarApartTheyAre()
    {
        Box left = new(0, 0, 0.2, 0.2);

        Assert.Equal(-0.02 / 0.1, left.GeneralisedIntersectionOverUnion(new(0.3, 0, 0.5, 0.2)), 1e-12);
        Assert.Equal(1, left.GeneralisedIntersectionOverUnion(left), 1e-12);
        Assert.Equal((0.02 / 0.06) - 0, left.GeneralisedIntersectionOverUnion(new(0.1, 0, 0.3, 0.2)), 1e-12);
        Assert.Equal((0.01 / 0.07) - (0.02 / 0.09), left.GeneralisedIntersectionOverUnion(new(0.1, 0.1, 0.3, 0.3)), 1e-12);
        Assert.Equal(0, new Box(3, 3, 3, 3).GeneralisedIntersectionOverUnion(new Box(3, 3, 3, 3)));
    }

    [Fact]
    public void MeanIntersectionOverUnion_ClassOutOfRange_IsNamed() =>
        Assert.Equal(
            "pixel 1: expected classes from 0 to 1, got 2 predicted and 0 right",
            Assert.Throws<ArgumentException>(() => Segmentation.MeanIntersectionOverUnion([0, 2], [0, 0], 2)).Message);
}
