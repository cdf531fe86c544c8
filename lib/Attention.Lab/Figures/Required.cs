namespace Attention.Lab;

/// <summary>Checks at the public doors.</summary>
internal static class Required
{
    /// <summary>The cleaned text, or an exception that says why it is needed.</summary>
    public static string Text(string? text, string argument, string reason) =>
        string.IsNullOrWhiteSpace(text) ? throw new ArgumentException($"{argument}: expected a text, got none; {reason}", argument) : Glyphs.Clean(text.Trim());
}

/// <summary>Words that depend on a number.</summary>
internal static class Words
{
    /// <summary>"row" for one, "rows" for any other number.</summary>
    public static string Plural(int count, string word) =>
        count == 1 ? word : word.EndsWith('y') ? word[..^1] + "ies" : word + "s";

    /// <summary>"1 row", "2 rows".</summary>
    public static string Count(int count, string word) => Number(count) + " " + Plural(count, word);

    /// <summary>A whole number, the same under every culture.</summary>
    public static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
