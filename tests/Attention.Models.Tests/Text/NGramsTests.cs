namespace Attention.Models.Tests.Text;

public sealed class NGramsTests
{
    [Fact]
    public void Count_Pairs_SlideOverTheText() =>
        Assert.Equal(new() { ["the cat"] = 2, ["cat the"] = 1 }, NGrams.Count(["the", "cat", "the", "cat"], 2));

    [Fact]
    public void Count_TextShorterThanTheRun_HasNone() => Assert.Empty(NGrams.Count(["one"], 2));

    [Fact]
    public void Of_Numbers_SlideOverThem() => Assert.Equal([[1, 2, 3], [2, 3, 4]], NGrams.Of([1, 2, 3, 4], 3));

    [Fact]
    public void Padded_Words_StandAtEachPlaceOnce() =>
        Assert.Equal([["<s>", "the"], ["the", "cat"], ["cat", "</s>"]], NGrams.Padded(["the", "cat"], 2, "<s>", "</s>"));

    [Fact]
    public void Of_NoLength_Refuses() => Assert.Throws<ArgumentOutOfRangeException>(() => NGrams.Of([1], 0));
}
