namespace Attention.Models.Tests.Metrics;

/// <summary>The expected numbers are what sacreBLEU 2.6.0 prints; those of its README among them.</summary>
public sealed class BleuTests
{
    private const double Rounding = 1e-9;

    private static readonly string[] Translations = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];

    private static readonly string[][] References =
    [
        ["The dog bit the man.", "The dog had bit the man."],
        ["It was not unexpected.", "No one was surprised."],
        ["The man bit him first.", "The man had bitten the dog."],
    ];

    [Fact]
    public void OfCorpus_PublishedExample_IsWhatSacreBleuSays()
    {
        var bleu = Bleu.OfCorpus(Translations, References);

        Assert.Equal(48.530827009929865, bleu.Score, Rounding);
        Assert.Equal([1400 / 17.0, 50.0, 500 / 11.0, 37.5], bleu.Precisions);
        Assert.Equal(0.9428731438548749, bleu.BrevityPenalty, Rounding);
        Assert.Equal((17, 18), (bleu.Length, bleu.ReferenceLength));
    }

    [Fact]
    public void OfCorpus_WhiteSpaceOnly_KeepsMarksAtTheirWords()
    {
        Assert.Equal(49.19195660047277, Bleu.OfCorpus(Translations, References, BleuTokenizer.WhiteSpace).Score, Rounding);
    }

    [Fact]
    public void OfCorpus_NumbersMarksAndEntities_AreCutAsMtevalDoes()
    {
        string[] translations = ["It costs 1,000.50 dollars - or 3-4 \"euros\" (about 5%) &amp; more.", "No match here", "cat"];
        string[] references = ["It cost $1,000.50, or 3-4 \"euros\" (roughly 5%) & more!", "Entirely different words", "cat"];

        Assert.Equal(51.086369427314935, Bleu.OfCorpus(translations, references).Score, Rounding);
    }

    [Fact]
    public void OfCorpus_Chinese_CountsCharacters()
    {
        string[] translations = ["那只猫坐在垫子上。", "我爱“编程”——真的 GPT-2!"];
        string[] references = ["猫坐在垫子上。", "我喜欢“编程”——确实 GPT-2!"];

        var bleu = Bleu.OfCorpus(translations, references, BleuTokenizer.Chinese);

        Assert.Equal(58.71947655901686, bleu.Score, Rounding);
        Assert.Equal((21, 20), (bleu.Length, bleu.ReferenceLength));
    }

    [Theory]
    [InlineData("the cat sat", "the cat sat", 100)]
    [InlineData("test", "a test", 36.78794411714425)]
    [InlineData("a little test", "a test", 34.66806371753173)]
    [InlineData("completely other", "nothing shared", 0)]
    [InlineData("", "a b", 0)]
    public void OfSentence_Short_LeavesOutOrdersThatItCannotHave(string translation, string reference, double expected)
    {
        Assert.Equal(expected, Bleu.OfSentence(translation, [reference]).Score, Rounding);
    }

    [Fact]
    public void OfSentence_TwoReferences_MayMatchEither()
    {
        Assert.Equal(37.99178428257963, Bleu.OfSentence("the cat sat on the mat", ["the cat is on the mat", "there is a cat on the mat"]).Score, Rounding);
    }

    [Fact]
    public void OfCorpus_RepeatedWord_CountsNoOftenerThanInTheReference()
    {
        var bleu = Bleu.OfCorpus(["the the the the the the the"], ["the cat is on the mat"]);

        Assert.Equal(200.0 / 7, bleu.Precisions[0], Rounding); // Papineni et al. 2002, example 2
    }

    [Fact]
    public void OfCorpus_NothingLongEnough_IsZero()
    {
        Assert.Equal(0, Bleu.OfCorpus(["the cat sat"], ["the cat sat"]).Score);
        Assert.Equal(0, Bleu.OfCorpus([], Array.Empty<string>()).Score);
    }

    [Fact]
    public void OfCorpus_ListsThatDoNotMatch_AreRefused()
    {
        var unequal = Assert.Throws<ArgumentException>(() => Bleu.OfCorpus(["a", "b"], ["a"]));
        Assert.Equal("references: expected 2, one for each of translations, got 1", unequal.Message);

        var none = Assert.Throws<ArgumentException>(() => Bleu.OfCorpus(["a"], new string[][] { [] }));
        Assert.Equal("references of translation 0: expected at least one", none.Message);
    }
}
