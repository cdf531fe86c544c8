namespace Attention.Models.Tests.Text.BytePairs;

public sealed class PairCountsTests
{
    /// <summary>Every merge looks at the places of its pair and at no others, so that one huge word costs no more than as many letters in small ones.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Merge_InOneHugeWord_LooksAtThreePlacesALetterAtMost(int letters)
    {
        const int seed = 5, length = 100_000;
        var random = new Random(seed);
        int[] word = [.. Enumerable.Range(0, length).Select(_ => random.Next(letters))];
        PairCounts counts = new([(word, 1)]);
        int merges = 0;
        while (counts.TryTakeMostFrequent(2, out (int, int) pair))
        {
            counts.Merge(pair, letters + merges++);
        }

        Assert.True(counts.PlacesSeen <= 3 * length, $"seed {seed}: {counts.PlacesSeen} places in {merges} merges");
        Assert.True(merges > 10 && counts.PlacesSeen >= length / 2, $"seed {seed}: {counts.PlacesSeen} places in {merges} merges");
    }

    /// <summary>In a row of one letter the pairs overlap: three neighbours are two pairs, and one merge ends both.</summary>
    [Fact]
    public void Merge_OfOverlappingPairs_CountsWhatIsLeft()
    {
        PairCounts counts = new([([7, 7, 7, 7, 7], 3), ([7, 7], 4)]);

        Assert.True(counts.TryTakeMostFrequent(1, out (int, int) pair));
        Assert.Equal((7, 7), pair);
        counts.Merge(pair, 8); // 8 8 7 three times, 8 four times

        Assert.False(counts.TryTakeMostFrequent(4, out _));
        Assert.Equal(5, counts.PlacesSeen); // of five letters four pairs, of two letters one
    }

    [Fact]
    public void TryTakeMostFrequent_AfterAMerge_GivesTheSmallestOfThePairsThatAreLeft()
    {
        PairCounts counts = new([([1, 2, 3, 1, 2, 4], 2)]);

        Assert.True(counts.TryTakeMostFrequent(1, out (int, int) pair));
        counts.Merge(pair, 9); // 9 3 9 4

        List<(int, int)> left = [];
        while (counts.TryTakeMostFrequent(2, out pair))
        {
            left.Add(pair);
        }

        Assert.Equal([(3, 9), (9, 3), (9, 4)], left);
    }
}
