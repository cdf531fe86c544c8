namespace Attention.Models.Tests.Data;

public sealed class RatingsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("196\t242\t3\t881250949\n186\t302\t3.5\t891717742\n")]
    [InlineData("196::242::3::881250949\n186::302::3.5::891717742\n")]
    [InlineData("userId,movieId,rating,timestamp\r\n196,242,3.0,881250949\r\n186,302,3.5,891717742")]
    public void Read_EveryFormat_GivesTheSame(string text) =>
        Assert.Equal([new(196, 242, 3, 881250949), new(186, 302, 3.5f, 891717742)], RatingsFile.Read(_folder.Write("ratings", text)));

    [Theory]
    [InlineData("1\t2\t3\n", "(1): expected 4 fields, got 3")]
    [InlineData("1\t2\t3\t4\t5\n", "(1): expected 4 fields, got 5")]
    [InlineData("1\t2\t3\t4\nx\t2\t3\t4\n", "(2): user \"x\" is no whole number from 0 to 2147483647")]
    [InlineData("1::2147483648::3::4\n", "(1): item \"2147483648\" is no whole number from 0 to 2147483647")]
    [InlineData("1\t2\t3\t-4\n", "(1): time \"-4\" is no whole number")]
    [InlineData("1\t2\t5.5\t4\n", "(1): rating \"5.5\" is not from 0.5 to 5")]
    [InlineData("1\t2\tNaN\t4\n", "(1): rating \"NaN\" is not from 0.5 to 5")]
    [InlineData("user,movie\n", "(1): expected tabs, double colons or the header")]
    public void Read_BrokenLine_IsNamed(string text, string expected)
    {
        string path = _folder.Write("ratings", text);

        Assert.StartsWith(path + expected, Assert.Throws<InvalidDataException>(() => RatingsFile.Read(path).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Histories_RatingsInAnyOrder_AreSortedByTimeAndRenumbered()
    {
        IReadOnlyList<IReadOnlyList<Rating>> histories = RatingsFile.Histories([new(7, 30, 4, 300), new(5, 10, 3, 200), new(7, 20, 5, 100), new(5, 30, 2, 400)]);

        Assert.Equal([new Rating(0, 0, 5, 100), new Rating(0, 2, 4, 300)], histories[0]);
        Assert.Equal([new Rating(1, 1, 3, 200), new Rating(1, 2, 2, 400)], histories[1]);
        Assert.Equal(2, histories.Count);
    }
}
