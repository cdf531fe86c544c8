using System.Globalization;
using System.Text.Json;

namespace Attention.Models.Tests.Golden;

/// <summary>What sacreBLEU 2.6.0 says of drawn corpora: every tokenizer, every smoothing, and chrF.</summary>
public sealed class BleuGoldenTests
{
    private const double Rounding = 1e-9;

    private static readonly (string Name, BleuTokenizer Tokenizer)[] Tokenizers =
        [("13a", BleuTokenizer.Standard13a), ("zh", BleuTokenizer.Chinese), ("intl", BleuTokenizer.International), ("none", BleuTokenizer.WhiteSpace)];

    private static readonly (string Name, BleuSmoothing Smoothing)[] Smoothings =
        [("exp", BleuSmoothing.Exponential), ("floor", BleuSmoothing.Floor), ("add-k", BleuSmoothing.AddOne), ("none", BleuSmoothing.None)];

    [Fact]
    public void OfCorpusAndOfSentence_DrawnCorpora_AreWhatSacreBleuSays()
    {
        int number = 0, scores = 0;
        foreach (JsonElement golden in Cases())
        {
            (string[] translations, string[][] references) = Texts(golden);
            foreach ((string tokenizer, string smoothing, BleuTokenizer how, BleuSmoothing smooth) in Tokenizers.SelectMany(tokenizer => Smoothings.Select(smoothing => (tokenizer.Name, smoothing.Name, tokenizer.Tokenizer, smoothing.Smoothing))))
            {
                string what = string.Create(CultureInfo.InvariantCulture, $"case {number}, {tokenizer} {smoothing}");
                var bleu = Bleu.OfCorpus(translations, references, how, smooth);
                Near(what, golden.GetProperty("corpus").GetProperty($"{tokenizer} {smoothing}"), [bleu.Score, .. bleu.Precisions, bleu.BrevityPenalty, bleu.Length, bleu.ReferenceLength]);
                Near(what, golden.GetProperty("sentences").GetProperty($"{tokenizer} {smoothing}"), [.. translations.Zip(references, (text, right) => Bleu.OfSentence(text, right, how, smooth).Score)]);
                scores += bleu.Score > 0 ? 1 : 0;
            }

            number++;
        }

        Assert.True(scores > 200, $"only {scores} scores say anything");
    }

    [Fact]
    public void Chrf_DrawnCorpora_AreWhatSacreBleuSays()
    {
        int number = 0;
        foreach (JsonElement golden in Cases())
        {
            (string[] translations, string[][] references) = Texts(golden);
            Near($"case {number++}", golden.GetProperty("chrf"), [.. Enumerable.Range(0, 3).Select(words => Chrf.OfCorpus(translations, references, words))]);
        }
    }

    private static JsonElement[] Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "bleu.json")));
        return [.. document.RootElement.EnumerateArray().Select(golden => golden.Clone())];
    }

    private static (string[] Translations, string[][] References) Texts(JsonElement golden) =>
        (golden.GetProperty("translations").Deserialize<string[]>()!, golden.GetProperty("references").Deserialize<string[][]>()!);

    private static void Near(string what, JsonElement golden, double[] actual)
    {
        double[] expected = golden.Deserialize<double[]>()!;
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= Rounding * Math.Max(1, pair.First)), $"{what}: sacreBLEU has {string.Join(' ', expected)}, we have {string.Join(' ', actual)}");
    }
}
