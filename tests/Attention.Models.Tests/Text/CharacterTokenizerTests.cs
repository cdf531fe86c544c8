namespace Attention.Models.Tests.Text;

public sealed class CharacterTokenizerTests
{
    [Theory]
    [InlineData("cat", "c|a|t")]
    [InlineData("猫坐。", "猫|坐|。")]
    [InlineData("cafe\u0301!", "c|a|f|e\u0301|!")]
    [InlineData("👩‍👩‍👧‍👦👍🏽🇩🇪🇨🇳", "👩‍👩‍👧‍👦|👍🏽|🇩🇪|🇨🇳")]
    [InlineData("a\r\nb\n", "a|\r\n|b|\n")]
    [InlineData("한국 हि", "한|국| |हि")]
    [InlineData("\u1112\u1161\u11ab", "\u1112\u1161\u11ab")]
    [InlineData("a\0b", "a|\0|b")]
    public void Split_OnText_GivesWhatAReaderCallsCharacters(string text, string characters) => Assert.Equal(characters.Split('|'), CharacterTokenizer.Split(text));

    [Fact]
    public void Split_OnALoneSurrogate_KeepsItApart() => Assert.Equal(["𠀀", "\ud840", "x"], CharacterTokenizer.Split("𠀀\ud840x"));

    [Fact]
    public void Runes_OnText_GivesCodePoints() =>
        Assert.Equal(["e", "\u0301", "𠀀", "\ud840", "\r", "\n"], CharacterTokenizer.Runes("e\u0301𠀀\ud840\r\n").Select(token => token.Text));

    [Fact]
    public void Split_OnAnyText_IsTheTextInPieces()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            string text = HostileText.Random(seed, wellFormed: false);

            Assert.True(string.Concat(CharacterTokenizer.Split(text)) == text, $"seed {seed}");
            Assert.True(string.Concat(CharacterTokenizer.Runes(text).Select(token => token.Text)) == text, $"seed {seed}");
        }
    }
}
