namespace Attention.Models.Tests.Training;

public sealed class EpochsTests
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(12, 4)]
    [InlineData(1, 5)]
    public void At_OverAnEpoch_IsEveryExampleOnce(int count, int batch)
    {
        Epochs epochs = new(count, batch, seed: 7);
        List<int> seen = [];
        for (int step = 1; step <= epochs.StepsPerEpoch; step++)
        {
            seen.AddRange(epochs.At(step));
        }

        Assert.Equal(Enumerable.Range(0, count), seen.Order());
    }

    [Fact]
    public void At_FollowsFromTheStepAlone()
    {
        Epochs straight = new(100, 7, seed: 3), resumed = new(100, 7, seed: 3);
        int[][] batches = [.. Enumerable.Range(1, 45).Select(step => straight.At(step).ToArray())];

        Assert.Equal(batches[39], resumed.At(40).ToArray());
        Assert.Equal(batches[2], resumed.At(3).ToArray());
        Assert.NotEqual(batches[0], batches[15]); // the same place in the second epoch
        Assert.NotEqual(batches[0], new Epochs(100, 7, seed: 4).At(1).ToArray());
    }
}
