namespace Attention.Models.Tests.Text.Batches;

public sealed class PaddedIdsTests
{
    private static readonly int[][] Sequences = [[5, 6, 7], [], [8]];

    [Fact]
    public void Of_Sequences_FillsUpTheirEnds()
    {
        var padded = PaddedIds.Of(Sequences, padding: 9);

        Assert.Equal((3, 3), (padded.Rows, padded.Width));
        Assert.Equal([5, 6, 7, 9, 9, 9, 8, 9, 9], padded.Ids);
        Assert.Equal([3, 0, 1], padded.Lengths);
        Assert.Equal([1, 1, 1, 0, 0, 0, 1, 0, 0], padded.Mask());
    }

    [Fact]
    public void Of_TooLongSequences_AreCutOrRefused()
    {
        Assert.Equal([5, 6, 0, 0, 8, 0], PaddedIds.Of(Sequences, 0, width: 2, truncate: true).Ids);
        Assert.Equal([2, 0, 1], PaddedIds.Of(Sequences, 0, width: 2, truncate: true).Lengths);
        Assert.StartsWith("sequences: sequence 0 has 3 ids, a row 2", Assert.Throws<ArgumentException>(() => PaddedIds.Of(Sequences, 0, width: 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => PaddedIds.Of(Sequences, 0, width: -1));
    }

    [Fact]
    public void Of_WiderRows_AndOfNothing()
    {
        Assert.Equal([5, 6, 7, 1, 1, 1, 1, 1, 8, 1, 1, 1], PaddedIds.Of(Sequences, 1, width: 4).Ids);
        Assert.Empty(PaddedIds.Of([], 0).Ids);
    }
}
