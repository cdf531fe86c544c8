namespace Attention.Models.Tests.Text;

public sealed class VocabularyTests
{
    private static readonly string[] Text = ["the", "cat", "sat", "on", "the", "mat"];

    [Fact]
    public void Of_Words_NumbersThemAsTheyFirstAppear()
    {
        var vocabulary = Vocabulary.Of(Text);

        Assert.Equal(5, vocabulary.Count);
        Assert.Equal(["the", "cat", "sat", "on", "mat"], vocabulary.Words);
        Assert.Equal([0, 1, 2, 3, 0, 4], vocabulary.Ids(Text));
    }

    [Fact]
    public void Ids_ThenWords_GiveTheTextBack()
    {
        var vocabulary = Vocabulary.Of(Text, "[UNK]");

        Assert.Equal(Text, vocabulary.Ids(Text).Select(id => vocabulary.Words[id]));
    }

    [Fact]
    public void Id_OfAnUnknownWord_IsZeroWhereSomethingStandsForIt()
    {
        var vocabulary = Vocabulary.Of(Text, "[UNK]");

        Assert.Equal("[UNK]", vocabulary.Words[0]);
        Assert.Equal([0, 1, 0], vocabulary.Ids(["dog", "the", "Cat"]));
        Assert.False(vocabulary.Contains("dog"));
        Assert.True(vocabulary.Contains("cat"));
    }

    [Fact]
    public void Id_OfAnUnknownWord_IsRefusedWhereNothingStandsForIt()
    {
        var refusal = Assert.Throws<KeyNotFoundException>(() => Vocabulary.Of(Text).Ids(["the", "dog"]));

        Assert.Equal("\"dog\" is not among the 5 words of this vocabulary", refusal.Message);
    }

    [Fact]
    public void Id_OfWordsThatDifferInCase_Differs()
    {
        var vocabulary = Vocabulary.Of(["Cat", "cat"]);

        Assert.NotEqual(vocabulary.Id("Cat"), vocabulary.Id("cat"));
    }

    [Fact]
    public void OfFrequent_Words_PutsSpecialOnesFirstThenByCountThenInOrder()
    {
        string[] text = ["b", "a", "c", "b", "a", "d", "Z", "[PAD]"];

        var vocabulary = Vocabulary.OfFrequent(text, specials: ["[PAD]", "[UNK]"], unknown: "[UNK]");

        Assert.Equal(["[PAD]", "[UNK]", "a", "b", "Z", "c", "d"], vocabulary.Words);
        Assert.Equal([1, 2], vocabulary.Ids(["q", "a"]));
    }

    [Fact]
    public void OfFrequent_WithLimits_LeavesOutTheRare()
    {
        string[] text = ["b", "a", "c", "b", "a", "b"];

        Assert.Equal(["[UNK]", "b", "a"], Vocabulary.OfFrequent(text, minimumCount: 2, unknown: "[UNK]").Words);
        Assert.Equal(["[UNK]", "b"], Vocabulary.OfFrequent(text, maximumSize: 2, unknown: "[UNK]").Words);
        Assert.Contains("2 special words do not fit into 1", Assert.Throws<ArgumentException>(() => Vocabulary.OfFrequent(text, maximumSize: 1, specials: ["x", "y", "x"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AfterSave_IsTheSame()
    {
        string path = Path.GetTempFileName();
        try
        {
            var vocabulary = Vocabulary.OfFrequent(["猫", "👩‍👩‍👧‍👦", "e\u0301", " ", "\0", "猫", "\u00A0"], specials: ["[PAD]"], unknown: "[UNK]");
            vocabulary.Save(path);

            var loaded = Vocabulary.Load(path, "[UNK]");

            Assert.Equal(vocabulary.Words, loaded.Words);
            Assert.Equal(loaded.Words.ToList().IndexOf("[UNK]"), loaded.Id("dog"));
            Assert.Equal("[UNK]\n[PAD]\n猫\n", File.ReadAllText(path)[..14]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Save_OfAWordThatNoLineHolds_RefusesAndLeavesTheFile()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "old");
            foreach (string word in (string[])["", "a\nb", "a\r", "\ud800"])
            {
                Assert.StartsWith("word 1 is empty, has a line break", Assert.Throws<InvalidOperationException>(() => Vocabulary.Of(["a", word]).Save(path)).Message, StringComparison.Ordinal);
                Assert.Equal("old", File.ReadAllText(path));
            }

            // Whoever reads the file would take the mark for the file's, and lose it; only the first line can be mistaken so.
            Assert.StartsWith("word 0 is empty", Assert.Throws<InvalidOperationException>(() => Vocabulary.Of(["\uFEFFa", "b"]).Save(path)).Message, StringComparison.Ordinal);
            Vocabulary.Of(["a", "\uFEFFb"]).Save(path);
            Assert.Equal(["a", "\uFEFFb"], Vocabulary.Load(path).Words);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("a\n\nb\n", "(2): expected a word, got an empty line")]
    [InlineData("a\nb\r\na\n", "(3): \"a\" stands on line 1 already")]
    [InlineData("a\nb", ": \"[UNK]\", which is to stand for unknown words, is not among its 2 words")]
    [InlineData("\u00EF\u00BB\u00BF", ": \"[UNK]\", which is to stand for unknown words, is not among its 0 words")]
    [InlineData("a\n\u001B[2Jb\n\u001B[2Jb", "(3): \"\\u001B[2Jb\" stands on line 2 already")]
    [InlineData("a\nb\u00FF\u00FE", "(2): byte 2 of the line is not UTF-8")]
    public void Load_OfAFileThatIsNoVocabulary_NamesTheLine(string bytes, string message)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, System.Text.Encoding.Latin1.GetBytes(bytes));

            Assert.Equal(path + message, Assert.Throws<InvalidDataException>(() => Vocabulary.Load(path, "[UNK]")).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
