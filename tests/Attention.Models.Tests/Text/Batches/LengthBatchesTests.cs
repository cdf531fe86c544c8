namespace Attention.Models.Tests.Text.Batches;

public sealed class LengthBatchesTests
{
    [Fact]
    public void Of_Lengths_HasEachExampleOnceInBatchesThatFit()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int[] lengths = [.. Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(60))];
            int batchSize = random.Next(1, 20), tokens = random.Next(1, 300);

            IReadOnlyList<int[]> batches = LengthBatches.Of(lengths, batchSize, (ulong)seed, maximumTokens: tokens);

            Assert.True(batches.SelectMany(batch => batch).Order().SequenceEqual(Enumerable.Range(0, lengths.Length)), $"seed {seed}");
            Assert.All(batches, batch => Assert.True(batch.Length <= batchSize && (batch.Length == 1 || batch.Length * batch.Max(i => lengths[i]) <= tokens), $"seed {seed}"));
        }
    }

    [Fact]
    public void Of_Lengths_WastesLittleOnPadding()
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(1, 100))];
        long Padded(IEnumerable<int[]> batches) => batches.Sum(batch => (long)batch.Length * batch.Max(i => lengths[i]));

        long used = lengths.Sum();

        Assert.True(Padded(LengthBatches.Of(lengths, 32, seed: 1)) < 1.05 * used);
        Assert.True(Padded(Enumerable.Range(0, 1000).Chunk(32)) > 1.5 * used);
    }

    [Fact]
    public void Of_TheSameSeed_IsTheSameAndOfOthersIsNot()
    {
        int[] lengths = [.. Enumerable.Range(0, 100).Select(i => i % 7)];
        string Of(ulong seed, int epoch) => string.Join(';', LengthBatches.Of(lengths, 8, seed, epoch).Select(batch => string.Join(',', batch)));

        Assert.Equal(Of(3, 2), Of(3, 2));
        Assert.Equal(5, new[] { Of(3, 0), Of(3, 1), Of(3, 2), Of(4, 0), Of(4, 1) }.Distinct().Count());
    }

    [Fact]
    public void Of_BadArguments_Refuses()
    {
        Assert.Empty(LengthBatches.Of([], 4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthBatches.Of([1], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthBatches.Of([1], 1, 1, epoch: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LengthBatches.Of([1], 1, 1, maximumTokens: 0));
    }
}
