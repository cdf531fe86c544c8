namespace Attention.Models.Tests.Text;

public sealed class VocabularyTokenizerTests
{
    [Fact]
    public void Encode_Words_NumbersThemAndDecodeJoinsThem()
    {
        var tokenizer = new VocabularyTokenizer(WordTokenizer.Tokens, Vocabulary.Of(WordTokenizer.Split("the cat sat on the mat ."), "[UNK]"));

        int[] ids = tokenizer.Encode("the cat saw the mat.");

        Assert.Equal([1, 2, 0, 1, 5, 6], ids);
        Assert.Equal("the cat [UNK] the mat .", tokenizer.Decode(ids));
        Assert.Equal(7, tokenizer.Count);
        Assert.Equal(new Token("saw", 8), tokenizer.Tokens("the cat saw the mat.")[2]);
    }

    [Fact]
    public void Decode_OfCharacters_IsTheTextThatWasEncoded()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            string text = HostileText.Random(seed, wellFormed: false);
            var tokenizer = new VocabularyTokenizer(CharacterTokenizer.Tokens, Vocabulary.Of(CharacterTokenizer.Split(text)), "");

            Assert.True(tokenizer.Decode(tokenizer.Encode(text)) == text, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Decode_OfAnIdThatIsNone_Refuses(int id)
    {
        var tokenizer = new VocabularyTokenizer(WordTokenizer.Tokens, Vocabulary.Of(["a", "b"]));

        Assert.StartsWith($"ids: {id} is not among the 2 of this vocabulary, which go from 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([0, id])).Message, StringComparison.Ordinal);
    }
}
