namespace Attention.Models.Tests.Text.BytePairs;

public sealed class Gpt2WordTokenizerTests
{
    [Theory]
    [InlineData("Hello world", "Hello| world")]
    [InlineData("I'll don't 'S it's", "I|'ll| don|'t| '|S| it|'s")]
    [InlineData("a  b   c  ", "a| | b|  | c|  ")]
    [InlineData("x\n\ny\n z\t\tw", "x|\n|\n|y|\n| z|\t|\t|w")]
    [InlineData("R2D2 = 3.14!?", "R|2|D|2| =| 3|.|14|!?")]
    [InlineData("''s '", "''|s| '")]
    [InlineData("猫坐。 𠀀𠀁 👍🏽", "猫坐|。| 𠀀𠀁| 👍🏽")]
    [InlineData("cafe\u0301s", "cafe|\u0301|s")]
    [InlineData("\u00A0a\u3000b", "\u00A0|a|\u3000|b")]
    [InlineData("½ Ⅳ٣", "½| Ⅳ٣")]
    [InlineData(" ", " ")]
    public void Split_OnText_FollowsThePublishedPattern(string text, string words) => Assert.Equal(words.Split('|'), Gpt2WordTokenizer.Split(text));

    [Fact]
    public void Split_OnTextWithoutSurrogates_IsWhatTheRegularExpressionFinds()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            string text = string.Concat(HostileText.Random(seed).Where(unit => !char.IsSurrogate(unit)));

            Assert.True(NaiveBytePairs.Words().Matches(text).Select(word => word.Value).SequenceEqual(Gpt2WordTokenizer.Split(text)), $"seed {seed}");
        }
    }

    [Fact]
    public void Split_OnAnyText_IsTheTextInPieces()
    {
        foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 500).Select(seed => HostileText.Random(seed, wellFormed: false))))
        {
            Assert.Equal(text, string.Concat(Gpt2WordTokenizer.Split(text)));
            Assert.All(Gpt2WordTokenizer.Tokens(text), token => Assert.True(token.Text.Length > 0 && text[token.Start..token.End] == token.Text));
        }
    }
}
