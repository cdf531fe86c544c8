namespace Attention.Models.Tests.Text.WordPieces;

public sealed class WordPieceTokenizerTests
{
    private static readonly string[] Published = ["[UNK]", "[CLS]", "[SEP]", "want", "##want", "##ed", "wa", "un", "runn", "##ing", ","];

    private static readonly WordPieceTokenizer Bert = new(Vocabulary.Of(Published));

    /// <summary>The vocabulary, texts and pieces of BERT's own tokenization_test.py.</summary>
    [Theory]
    [InlineData("UNwant\u00E9d,running", "un|##want|##ed|,|runn|##ing")]
    [InlineData("unwanted running", "un|##want|##ed|runn|##ing")]
    [InlineData("unwantedX running", "[UNK]|runn|##ing")]
    [InlineData("", "")]
    public void Encode_ThePublishedExamples_GivesTheirPieces(string text, string pieces)
    {
        Assert.Equal(pieces.Length == 0 ? [] : pieces.Split('|'), Bert.Tokens(text).Select(token => token.Text));
        Assert.Equal(Bert.Vocabulary.Ids(Bert.Tokens(text).Select(token => token.Text)), Bert.Encode(text));
    }

    [Fact]
    public void Encode_ThePublishedExample_GivesItsIds() => Assert.Equal([7, 4, 5, 10, 8, 9], Bert.Encode("UNwant\u00E9d,running"));

    [Fact]
    public void Encode_OfAnyText_IsWhatThePlainSearchFinds()
    {
        var trained = WordPieceTokenizer.Train(HostileText.Each().Where(text => text.Length < 100).Concat(["the cat sat on the mat that sat", "don't we'll 3.14 3.15", "猫猫"]), 300, minimumCount: 1);
        foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 500).Select(seed => HostileText.Random(seed, wellFormed: false))))
        {
            Assert.Equal(NaiveWordPieces.Words(text, lowerCase: true).SelectMany(word => NaiveWordPieces.Encode(word, trained.Vocabulary.Words)), trained.Tokens(text).Select(token => token.Text));
        }
    }

    [Fact]
    public void Tokens_OfText_StandInIt()
    {
        Assert.Equal([new Token("un", 1, 3), new Token("##want", 3, 7), new Token("##ed", 7, 9), new Token("[UNK]", 10, 13)], Bert.Tokens(" UNwantéd xyz"));
        Assert.Equal([new Token("un", 0, 5), new Token("##ed", 0, 5)], Bert.Tokens("u\0ned"));
    }

    [Fact]
    public void Encode_OfAVeryLongWord_IsUnknown()
    {
        var tokenizer = new WordPieceTokenizer(Vocabulary.Of(["[UNK]", "a", "##a", "𠀀"]));

        Assert.Equal([1, .. Enumerable.Repeat(2, 199)], tokenizer.Encode(new string('a', 200)));
        Assert.Equal([0], tokenizer.Encode(new string('a', 201)));
    }

    [Fact]
    public void Encode_OfASpecialPiecesName_IsText()
    {
        var tokenizer = WordPieceTokenizer.Train(["[cls] mask [sep]"], 100);

        Assert.Equal(["[", "c", "##l", "##s", "]"], tokenizer.Tokens("[CLS]").Select(token => token.Text));
    }

    [Fact]
    public void EncodePair_TwoTexts_HaveMarksAndTypes()
    {
        WordPieceInput pair = Bert.EncodePair("unwanted", "running,");

        Assert.Equal([1, 7, 4, 5, 2, 8, 9, 10, 2], pair.Ids);
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 1, 1], pair.TokenTypes);
        Assert.Equal("[CLS] unwanted [SEP] running , [SEP]", Bert.Decode(pair.Ids));
    }

    /// <summary>A piece that continues a word has none to continue at the start: it stays as it is written.</summary>
    [Fact]
    public void Decode_FromTheMiddleOfAWord_KeepsItsMark()
    {
        Assert.Equal("##ed [SEP]", Bert.Decode([5, 2]));
        Assert.Equal(",ed", Bert.Decode([10, 5]));
        Assert.Equal("", Bert.Decode([]));

        WordPieceTokenizer letters = new(Vocabulary.Of(["[UNK]", "cat", "##s", "##"]));
        Assert.Equal("cats ##", letters.Decode([1, 2, 3])); // the mark alone continues nothing
    }

    [Fact]
    public void EncodePair_OneText_HasNoSecond()
    {
        WordPieceInput one = Bert.EncodePair("want");

        Assert.Equal([1, 3, 2], one.Ids);
        Assert.Equal([0, 0, 0], one.TokenTypes);
        Assert.Equal([1, 2, 2], Bert.EncodePair("", "").Ids);
        Assert.Equal([0, 0, 1], Bert.EncodePair("", "").TokenTypes);
    }

    [Theory]
    [InlineData(9, "[CLS] un ##want ##ed , [SEP] runn ##ing [SEP]")]
    [InlineData(8, "[CLS] un ##want ##ed [SEP] runn ##ing [SEP]")]
    [InlineData(7, "[CLS] un ##want [SEP] runn ##ing [SEP]")]
    [InlineData(6, "[CLS] un ##want [SEP] runn [SEP]")]
    [InlineData(3, "[CLS] [SEP] [SEP]")]
    public void EncodePair_TooLong_LosesFromTheLongerText(int maximumLength, string pieces)
    {
        WordPieceInput pair = Bert.EncodePair("unwanted,", "running", maximumLength);

        Assert.Equal(pieces.Split(' '), Bert.Vocabulary.WordsOf(pair.Ids));
        Assert.Equal(maximumLength, pair.TokenTypes.Length);
        Assert.Equal(pieces[pieces.IndexOf("[SEP]", StringComparison.Ordinal)..].Split(' ').Length - 1, pair.TokenTypes.Sum());
    }

    [Fact]
    public void EncodePair_WithoutRoomOrMarks_Refuses()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Bert.EncodePair("a", "b", 2));
        Assert.Equal("\"[CLS]\" is not among the 2 pieces of this vocabulary", Assert.Throws<KeyNotFoundException>(() => new WordPieceTokenizer(Vocabulary.Of(["[UNK]", "a"])).EncodePair("a")).Message);
        Assert.StartsWith("vocabulary: \"[UNK]\" is not among its 1 pieces", Assert.Throws<ArgumentException>(() => new WordPieceTokenizer(Vocabulary.Of(["a"]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OnTexts_MergesTheMostFrequentPairs()
    {
        var tokenizer = WordPieceTokenizer.Train(["hug hug hug pug pug hugs", "HUG"], 16, minimumCount: 3);

        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "h", "p", "##g", "##s", "##u", "##ug", "hug"], tokenizer.Vocabulary.Words);
        Assert.Equal(["hug", "##s", "p", "##ug", "[UNK]"], tokenizer.Tokens("hugs pug bug").Select(token => token.Text));
    }

    [Fact]
    public void Train_WithASmallAlphabet_KeepsTheFrequentLetters()
    {
        var tokenizer = WordPieceTokenizer.Train(["猫猫猫狗狗鸟"], 100, maximumAlphabet: 2);

        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "狗", "猫"], tokenizer.Vocabulary.Words);
        Assert.Contains("5 special pieces and 3 letters do not fit into 7", Assert.Throws<ArgumentException>(() => WordPieceTokenizer.Train(["abc"], 7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AfterSave_EncodesTheSame()
    {
        string path = Path.GetTempFileName();
        try
        {
            var trained = WordPieceTokenizer.Train(["The cat sat on the mat.", "猫坐在垫子上。"], 60, lowerCase: false);
            trained.Vocabulary.Save(path);

            var loaded = WordPieceTokenizer.Load(path, lowerCase: false);

            Assert.Equal(trained.Encode("The mat 猫上, sat!"), loaded.Encode("The mat 猫上, sat!"));
            File.AppendAllText(path, "\nx\n");
            Assert.Equal($"{path}({trained.Count + 1}): expected a word, got an empty line", Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
