namespace Attention.Models.Tests.Metrics;

/// <summary>The expected numbers are what sacreBLEU 2.6.0 prints.</summary>
public sealed class ChrfTests
{
    private const double Rounding = 1e-9;

    [Fact]
    public void OfCorpus_PublishedExample_IsWhatSacreBleuSays()
    {
        string[] translations = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
        string[][] references =
        [
            ["The dog bit the man.", "The dog had bit the man."],
            ["It was not unexpected.", "No one was surprised."],
            ["The man bit him first.", "The man had bitten the dog."],
        ];

        Assert.Equal(59.72751782684763, Chrf.OfCorpus(translations, references), Rounding);
        Assert.Equal(59.15310444399262, Chrf.OfCorpus(translations, references, wordOrders: 2), Rounding);
    }

    [Theory]
    [InlineData("the cat sat", "the cat sat", 100.0, 100.0)]
    [InlineData("test", "a test", 72.57346393588602, 69.27494615936827)]
    [InlineData("a little test", "a test", 43.877721076707346, 45.01568445952895)]
    [InlineData("completely other", "nothing shared", 10.369198864386966, 7.776899148290224)]
    [InlineData("", "a b", 0.0, 0.0)]
    public void OfSentence_WithAndWithoutWords_IsWhatSacreBleuSays(string translation, string reference, double characters, double words)
    {
        Assert.Equal(characters, Chrf.OfSentence(translation, [reference]), Rounding);
        Assert.Equal(words, Chrf.OfSentence(translation, [reference], wordOrders: 2), Rounding);
    }

    [Fact]
    public void OfCorpus_Chinese_CountsCodePoints()
    {
        string[] translations = ["那只猫坐在垫子上。", "我爱“编程”——真的 GPT-2!"];
        string[][] references = [["猫坐在垫子上。"], ["我喜欢“编程”——确实 GPT-2!"]];

        Assert.Equal(57.56687298882247, Chrf.OfCorpus(translations, references), Rounding);
        Assert.Equal(100, Chrf.OfSentence("𠀀", ["𠀀"]), Rounding);
        Assert.Equal(0, Chrf.OfSentence("𠀀", ["𠀁"])); // halves of a pair are no characters
    }
}
