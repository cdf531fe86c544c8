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
}
