namespace Attention.Models.Tests.Text;

public sealed class NGramsTests
{
    [Fact]
    public void Count_Pairs_SlideOverTheText() =>
        Assert.Equal(new() { ["the cat"] = 2, ["cat the"] = 1 }, NGrams.Count(["the", "cat", "the", "cat"], 2));

    [Fact]
    public void Count_TextShorterThanTheRun_HasNone() => Assert.Empty(NGrams.Count(["one"], 2));
}
