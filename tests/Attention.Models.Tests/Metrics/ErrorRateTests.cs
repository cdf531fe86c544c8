namespace Attention.Models.Tests.Metrics;

public sealed class ErrorRateTests
{
    [Fact]
    public void OfWords_WholeCorpus_DividesAllEditsByAllWords()
    {
        string[] said = ["the cat sat on the mat", "hello"], heard = ["the bat sat on mat", "hello there you"];

        Assert.Equal(4.0 / 7, ErrorRate.OfWords(heard, said), 1e-12); // one exchanged, one lost; two invented
    }

    [Fact]
    public void OfCharacters_Chinese_CountsCodePoints() => Assert.Equal(0.25, ErrorRate.OfCharacters(["猫坐𠀁上"], ["猫坐𠀀上"]));

    [Fact]
    public void OfWords_MoreInventedThanSaid_ExceedsOne() => Assert.Equal(3, ErrorRate.OfWords(["a b c d"], ["d"]));

    [Fact]
    public void OfWords_NothingSaid_IsRefused() =>
        Assert.Equal("references: nothing was said, so no share of it can be wrong", Assert.Throws<ArgumentException>(() => ErrorRate.OfWords(["a"], [" "])).Message);

    [Theory]
    [InlineData("kitten", "sitting", 1, 0, 2)]
    [InlineData("", "abc", 3, 0, 0)]
    [InlineData("abc", "", 0, 3, 0)]
    [InlineData("same", "same", 0, 0, 0)]
    [InlineData("abcd", "bcde", 1, 1, 0)]
    public void Between_TwoWords_CountsEachKindOfEdit(string source, string target, int insertions, int deletions, int substitutions) =>
        Assert.Equal(new EditDistance(insertions, deletions, substitutions), EditDistance.Between(source.ToCharArray(), target.ToCharArray()));

    /// <summary>A metric: zero only for equals, the same both ways, and no detour is shorter.</summary>
    [Fact]
    public void Between_RandomWords_IsADistance()
    {
        var random = new Random(7);
        char[] Word() => [.. Enumerable.Range(0, random.Next(7)).Select(_ => (char)('a' + random.Next(3)))];
        for (int i = 0; i < 500; i++)
        {
            (char[] a, char[] b, char[] c) = (Word(), Word(), Word());
            int ab = EditDistance.Between(a, b).Total;
            Assert.Equal(a.SequenceEqual(b), ab == 0);
            Assert.Equal(ab, EditDistance.Between(b, a).Total);
            Assert.True(ab <= EditDistance.Between(a, c).Total + EditDistance.Between(c, b).Total);
            EditDistance edits = EditDistance.Between(a, b);
            Assert.Equal(b.Length - a.Length, edits.Insertions - edits.Deletions);
        }
    }
}
