namespace Attention.Models.Tests.Text.WordPieces;

public sealed class BertWordTokenizerTests
{
    /// <summary>The first four are those of BERT's own tokenization_test.py.</summary>
    [Theory]
    [InlineData(true, " \tHeLLo!how  \n Are yoU?  ", "hello|!|how|are|you|?")]
    [InlineData(true, "H\u00E9llo", "hello")]
    [InlineData(false, " \tHeLLo!how  \n Are yoU?  ", "HeLLo|!|how|Are|yoU|?")]
    [InlineData(true, "ah\u535A\u63A8zz", "ah|\u535A|\u63A8|zz")]
    [InlineData(true, "John Johanson's, house", "john|johanson|'|s|,|house")]
    [InlineData(true, "Ünïcödé e\u0301 İstanbul Straße ﬁ", "unicode|e|istanbul|straße|ﬁ")]
    [InlineData(false, "Ünïcödé e\u0301", "Ünïcödé|e\u0301")]
    [InlineData(true, "$5+~`^|a_b", "$|5|+|~|`|^|||a|_|b")]
    [InlineData(true, "猫坐。“好”", "猫|坐|。|“|好|”")]
    [InlineData(true, "𠀀豈カタ", "𠀀|豈|カタ")]
    [InlineData(true, "한", "\u1112\u1161\u11ab")]
    [InlineData(true, "a\0b\u200Bc\uFFFDd\u00ADe", "abcde")]
    [InlineData(true, "a\u00A0b\u3000c\u2028d\r\ne", "a|b|c|d|e")]
    [InlineData(true, "👩‍👧!", "👩👧|!")]
    [InlineData(true, "\u0301 \0", "")]
    public void Tokens_OnText_AreBertsWords(bool lowerCase, string text, string words) =>
        Assert.Equal(words.Length == 0 ? [] : words.Replace("|||", "|\u0001|", StringComparison.Ordinal).Split('|').Select(word => word == "\u0001" ? "|" : word), BertWordTokenizer.Tokens(text, lowerCase).Select(token => token.Text));

    [Fact]
    public void Tokens_OnAnyText_AreWhatThePublishedStepsGive()
    {
        foreach (bool lowerCase in (bool[])[true, false])
        {
            foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 1000).Select(seed => HostileText.Random(seed, wellFormed: false))))
            {
                Assert.Equal(NaiveWordPieces.Words(text, lowerCase), BertWordTokenizer.Tokens(text, lowerCase).Select(token => token.Text));
            }
        }
    }

    [Fact]
    public void Tokens_OfText_StandWhereTheyWereMadeFrom()
    {
        Assert.Equal([new Token("cafe", 1, 6), new Token("!", 6, 7), new Token("猫", 7, 8)], BertWordTokenizer.Tokens(" Cafe\u0301!猫"));
        Assert.Equal([new Token("ab", 0, 3)], BertWordTokenizer.Tokens("a\0b"));
        Assert.Equal([new Token("ab", 0, 3)], BertWordTokenizer.Tokens("a\ud800b"));
    }
}
