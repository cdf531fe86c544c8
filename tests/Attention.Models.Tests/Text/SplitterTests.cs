namespace Attention.Models.Tests.Text;

/// <summary>What every way to split a text without changing it promises.</summary>
public sealed class SplitterTests
{
    public static TheoryData<string, Func<string, IEnumerable<Token>>> Splitters => new()
    {
        { "white space", WhiteSpaceTokenizer.Tokens },
        { "words", WordTokenizer.Tokens },
        { "characters", CharacterTokenizer.Tokens },
        { "runes", CharacterTokenizer.Runes },
        { "sentences", SentenceSplitter.Tokens },
    };

    [Theory]
    [MemberData(nameof(Splitters), DisableDiscoveryEnumeration = true)]
    public void Tokens_OnAnyText_LieWhereTheySayAndLeaveNothingButWhiteSpace(string name, Func<string, IEnumerable<Token>> split)
    {
        foreach (string text in HostileText.Each().Concat(Enumerable.Range(0, 500).Select(seed => HostileText.Random(seed, wellFormed: false))))
        {
            if (Fault(text, split(text)) is { } fault)
            {
                Assert.Fail($"{name}: {fault} of {string.Concat(text.Select(unit => $"\\u{(int)unit:X4}"))}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Splitters), DisableDiscoveryEnumeration = true)]
    public void Tokens_OfNothing_AreNoneAndOfNull_IsRefused(string name, Func<string, IEnumerable<Token>> split)
    {
        Assert.True(!split("").Any(), name);
        Assert.Throws<ArgumentNullException>(() => split(null!));
    }

    private static string? Fault(string text, IEnumerable<Token> tokens)
    {
        int end = 0;
        foreach (Token token in tokens)
        {
            if (token.Text.Length == 0 || text[token.Start..token.End] != token.Text || token.Start < end || !string.IsNullOrWhiteSpace(text[end..token.Start]))
            {
                return $"token {token}";
            }

            end = token.End;
        }

        return string.IsNullOrWhiteSpace(text[end..]) ? null : "the end";
    }
}
