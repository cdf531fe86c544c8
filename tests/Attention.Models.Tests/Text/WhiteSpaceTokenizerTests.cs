namespace Attention.Models.Tests.Text;

public sealed class WhiteSpaceTokenizerTests
{
    [Fact]
    public void Tokens_OnText_StandWhereSpaceEnds() =>
        Assert.Equal([new Token("The", 1), new Token("cat.", 6), new Token("猫。", 11)], WhiteSpaceTokenizer.Tokens(" The\t\u3000cat.\r猫。\n"));

    [Fact]
    public void Split_OnText_CutsAtNothingElse() => Assert.Equal(["a\u200Bb", "\0", "it's…"], WhiteSpaceTokenizer.Split("a\u200Bb \0\u2028it's…"));
}
