namespace Attention.Models;

/// <summary>Splits a text at white space, as Unicode defines it, and nowhere else.</summary>
/// <remarks>No text is changed: <c>text[Start..End]</c> is the token, and between the tokens lies nothing but white space. Chinese has none within a sentence, which therefore is one token.</remarks>
public static class WhiteSpaceTokenizer
{
    /// <summary>The pieces of a text, in order.</summary>
    public static string[] Split(string text) => [.. Tokens(text).Select(token => token.Text)];

    /// <summary>The pieces of a text with their positions, in order.</summary>
    public static IEnumerable<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text);
    }

    // Every character that Unicode calls white space is one code unit long.
    private static IEnumerable<Token> Scan(string text)
    {
        int start = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || char.IsWhiteSpace(text[at]))
            {
                if (at > start)
                {
                    yield return new Token(text[start..at], start);
                }

                start = at + 1;
            }
        }
    }
}
