using System.Text.Json;

namespace Attention.Models.Tests.Text;

public sealed class TreebankTokenizerTests
{
    /// <summary>The sentences of NLTK's documentation and odd ones; the golden file is NLTK's, and its script tells how it came about.</summary>
    [Fact]
    public void Split_OnSentences_IsWhatNltkSays()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "nltk-words.json")));
        Assert.True(golden.RootElement.GetArrayLength() > 30);
        foreach (JsonElement row in golden.RootElement.EnumerateArray())
        {
            string text = row.GetProperty("text").GetString()!;
            string[] Words(string name) => [.. row.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];

            Assert.Equal(Words("Treebank"), TreebankTokenizer.Split(text, TreebankRules.Treebank));
            Assert.Equal(Words("Nltk"), TreebankTokenizer.Split(text));
            Assert.Equal(Words("converted"), TreebankTokenizer.Split(text, convertParentheses: true));
        }
    }

    [Fact]
    public void Tokens_OfAnyText_StandWhereTheyWereMadeFrom()
    {
        foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 1000).Select(seed => HostileText.Random(seed, wellFormed: false))))
        {
            foreach (TreebankRules rules in Enum.GetValues<TreebankRules>())
            {
                int end = 0;
                foreach (Token token in TreebankTokenizer.Tokens(text, rules))
                {
                    string written = text[token.Start..token.End];
                    if (!string.IsNullOrWhiteSpace(text[end..token.Start]) || !(written == token.Text || (token.Text is "``" or "''" && written is "\"" or "''" or "``")))
                    {
                        Assert.Fail($"{rules}: {token} of {string.Concat(text.Select(unit => $"\\u{(int)unit:X4}"))}");
                    }

                    end = token.End;
                }

                Assert.True(string.IsNullOrWhiteSpace(text[end..]), $"{rules}: the end");
            }
        }
    }

    [Fact]
    public void OfText_OfManySentences_SplitsTheStopOfEach()
    {
        Assert.Equal(
            [new Token("I", 0, 1), new Token("ca", 2, 4), new Token("n't", 4, 7), new Token(".", 7, 8), new Token("``", 9, 10), new Token("No", 10, 12), new Token("!", 12, 13), new Token("''", 13, 14)],
            TreebankTokenizer.OfText("I can't. \"No!\""));
        Assert.Equal(["Dr.", "Lee", "left", "."], TreebankTokenizer.OfText("Dr. Lee left.").Select(token => token.Text));
    }

    [Fact]
    public void Split_WithBadArguments_Refuses()
    {
        Assert.Throws<ArgumentNullException>(() => TreebankTokenizer.Split(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => TreebankTokenizer.Split("a", (TreebankRules)5));
    }
}
