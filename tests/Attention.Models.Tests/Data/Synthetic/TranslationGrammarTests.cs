namespace Attention.Models.Tests.Data.Synthetic;

public sealed class TranslationGrammarTests
{
    [Fact]
    public void TheCatSatOnTheMat_InThreeLanguages_IsAligned()
    {
        AlignedSentence sentence = TranslationGrammar.TheCatSatOnTheMat;

        Assert.Equal("The cat sat on the mat.", sentence.EnglishText);
        Assert.Equal("猫坐在垫子上。", sentence.ChineseText);
        Assert.Equal("Le chat s'est assis sur le tapis.", sentence.FrenchText);
        Assert.Equal(["cat 猫", "sat 坐", "on 在", "on 上", "mat 垫子", ". 。"], Pairs(sentence.English, sentence.Chinese, sentence.EnglishChinese));
        Assert.Equal(["The Le", "cat chat", "sat s'est", "sat assis", "on sur", "the le", "mat tapis", ". ."], Pairs(sentence.English, sentence.French, sentence.EnglishFrench));
    }

    /// <summary>Words move: the time to the front in Chinese, colours behind the noun in French; genders agree.</summary>
    [Fact]
    public void Draw_ManySentences_FollowTheRulesOfTheirLanguages()
    {
        AlignedSentence[] sentences = new TranslationGrammar().Take(Split.Training, 3000, seed: 1);

        Assert.All(sentences, sentence =>
        {
            Assert.Equal(sentence.English.Contains("yesterday"), sentence.Chinese[0] == "昨天");
            Assert.Equal(sentence.Chinese.Contains("在"), sentence.Chinese[^2] is "上" or "下" or "后");
            Assert.Equal(sentence.French.Contains("Le"), !sentence.French.Contains("La"));
        });
        Assert.Contains(sentences, sentence => sentence.FrenchText.StartsWith("La souris noire s'est assise", StringComparison.Ordinal) && sentence.EnglishText.StartsWith("The black mouse sat", StringComparison.Ordinal)
            && sentence.ChineseText.Contains("黑老鼠坐在", StringComparison.Ordinal));
        Assert.True(sentences.Select(sentence => sentence.EnglishText).Distinct().Count() > 2000);
    }

    /// <summary>Every content word belongs to exactly one word of the other language, and the same word is always translated alike.</summary>
    [Fact]
    public void Alignments_OfAllSentences_AgreeWithEachOther()
    {
        var chinese = new Dictionary<string, HashSet<string>>();
        var french = new Dictionary<string, HashSet<string>>();
        foreach (AlignedSentence sentence in new TranslationGrammar().Take(Split.Test, 2000, seed: 2))
        {
            Collect(chinese, sentence.English, sentence.Chinese, sentence.EnglishChinese);
            Collect(french, sentence.English, sentence.French, sentence.EnglishFrench);
            Assert.Equal(Enumerable.Range(0, sentence.Chinese.Count), sentence.EnglishChinese.Select(pair => pair.Chinese).Order());
            Assert.Equal(Enumerable.Range(0, sentence.French.Count), sentence.EnglishFrench.Select(pair => pair.French).Order());
        }

        Assert.Equal(["猫"], chinese["cat"]);
        Assert.Equal(["chat"], french["cat"]);
        Assert.Equal(["noir", "noire"], french["black"].Order());
        Assert.Equal(["在", "下"], chinese["under"]);
        Assert.False(chinese.ContainsKey("the"));
        Assert.All(chinese, word => Assert.True(word.Value.Count == (word.Key is "on" or "under" or "behind" ? 2 : 1), word.Key));
    }

    private static void Collect(Dictionary<string, HashSet<string>> words, IReadOnlyList<string> english, IReadOnlyList<string> other, IReadOnlyList<(int, int)> pairs)
    {
        foreach ((int from, int to) in pairs)
        {
            if (!words.TryGetValue(english[from], out HashSet<string>? found))
            {
                words[english[from]] = found = [];
            }

            found.Add(other[to]);
        }
    }

    private static IEnumerable<string> Pairs(IReadOnlyList<string> first, IReadOnlyList<string> second, IReadOnlyList<(int, int)> pairs) => pairs.Select(pair => $"{first[pair.Item1]} {second[pair.Item2]}");
}
