using System.Text;

namespace Attention.Models;

/// <summary>Splits a text into sentences by rules; no language needs spaces between them.</summary>
/// <remarks>
/// <para>
/// A sentence ends after <c>. ! ? …</c> and their kin in other scripts with the quotation marks and brackets that close there, when white space follows and then no lower-case letter:
/// <c>"Stop!" he said</c> goes on. After <c>。！？</c> no space is needed; a comma after the closing quotation mark goes on. A blank line always ends a sentence.
/// </para>
/// <para>
/// A full stop ends none after an abbreviation that a name or a number follows (<c>Dr.</c>, <c>No.</c>), after a single capital (<c>J. K. Rowling</c>, but not <c>I.</c>), after a number that
/// starts a sentence (<c>1. Mix.</c>), and after letters with full stops between them (<c>U.S.</c>, <c>e.g.</c>) unless a word that often starts sentences comes next.
/// </para>
/// <para>The rules are our own. They know no names, so that <c>Yahoo! Inc.</c> becomes two sentences; a splitter that learns abbreviations from its text is Kiss and Strunk 2006 (Punkt).</para>
/// </remarks>
public static class SentenceSplitter
{
    private static readonly HashSet<string> EnglishAbbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "mx", "dr", "prof", "rev", "hon", "st", "mt", "ft", "gen", "col", "maj", "capt", "lt", "sgt", "cmdr", "adm", "gov", "sen", "rep", "pres", "messrs",
        "no", "nos", "vol", "vols", "fig", "figs", "eq", "eqs", "sec", "ch", "p", "pp", "ed", "eds", "art", "cf", "vs", "viz", "approx", "ca", "al", "trans",
        "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri",
    };

    private static readonly HashSet<string> Openers = new(StringComparer.Ordinal)
    {
        "The", "A", "An", "This", "That", "These", "Those", "There", "Here", "It", "He", "She", "They", "We", "You", "I", "My", "His", "Her", "Their", "Our", "Its", "In", "On", "At", "But",
        "And", "So", "If", "When", "While", "What", "Who", "Why", "How", "Where", "For", "As", "After", "Before", "No", "Yes", "Then", "Now", "However", "Some", "Many", "Most", "All", "Both",
    };

    /// <summary>The sentences of a text, in order, without the white space around them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="abbreviations">Words that end with a full stop within a sentence, without it; null: those of English.</param>
    public static string[] Split(string text, IEnumerable<string>? abbreviations = null) => [.. Tokens(text, abbreviations).Select(sentence => sentence.Text)];

    /// <summary>The sentences of a text with their positions; between them lies nothing but white space.</summary>
    public static IEnumerable<Token> Tokens(string text) => Tokens(text, null);

    /// <summary>The sentences of a text with their positions; between them lies nothing but white space.</summary>
    /// <param name="text">The text.</param>
    /// <param name="abbreviations">Words that end with a full stop within a sentence, without it; null: those of English.</param>
    public static IEnumerable<Token> Tokens(string text, IEnumerable<string>? abbreviations)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Scan(text, abbreviations is null ? EnglishAbbreviations : new HashSet<string>(abbreviations, StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<Token> Scan(string text, HashSet<string> abbreviations)
    {
        for (int start = AfterSpace(text, 0); start < text.Length;)
        {
            int end = End(text, start, abbreviations);
            yield return new Token(text[start..end].TrimEnd(), start);
            start = AfterSpace(text, end);
        }
    }

    /// <summary>Where the sentence that starts here ends.</summary>
    private static int End(string text, int start, HashSet<string> abbreviations)
    {
        for (int at = start; at < text.Length; at++)
        {
            if (text[at] == '\n' && IsBlankLine(text, at))
            {
                return at;
            }

            if (!IsWesternEnd(text[at]) && !IsEasternEnd(text[at]))
            {
                continue;
            }

            int mark = at;
            while (at < text.Length && (IsWesternEnd(text[at]) || IsEasternEnd(text[at])))
            {
                at++;
            }

            bool eastern = IsEasternEnd(text[at - 1]), single = at == mark + 1;
            while (at < text.Length && IsCloser(text[at]))
            {
                at++;
            }

            if (eastern ? !IsComma(text, at) : EndsWestern(text, start, mark, at) && !(single && text[mark] == '.' && IsWithin(text, start, mark, at, abbreviations)))
            {
                return at;
            }

            at--;
        }

        return text.Length;
    }

    /// <summary>Whether what follows can start a sentence: white space and no lower-case letter, or an ideograph right after an ideograph's full stop.</summary>
    private static bool EndsWestern(string text, int start, int mark, int end)
    {
        int next = AfterSpace(text, end);
        if (next == text.Length)
        {
            return true;
        }

        if (next == end)
        {
            return mark > start && IsIdeograph(text[mark - 1]) && IsIdeograph(text[end]);
        }

        while (next < text.Length && IsOpener(text[next]))
        {
            next++;
        }

        return !(Rune.TryGetRuneAt(text, Math.Min(next, text.Length - 1), out Rune rune) && Rune.IsLower(rune));
    }

    /// <summary>Whether the full stop belongs to the word before it.</summary>
    private static bool IsWithin(string text, int start, int stop, int end, HashSet<string> abbreviations)
    {
        int from = stop;
        while (from > start && (char.IsLetterOrDigit(text[from - 1]) || text[from - 1] == '.'))
        {
            from--;
        }

        string word = text[from..stop];
        int next = AfterSpace(text, end), to = next;
        while (to < text.Length && char.IsLetter(text[to]))
        {
            to++;
        }

        return abbreviations.Contains(word) ? next < text.Length
            : word.Contains('.', StringComparison.Ordinal) && word.All(part => part == '.' || char.IsLetter(part)) ? next < text.Length && !Openers.Contains(text[next..to])
            : word.Length > 0 && word.All(char.IsAsciiDigit) ? from == start && next < text.Length
            : word.Length == 1 && char.IsUpper(word[0]) && word[0] != 'I' && next < text.Length;
    }

    private static int AfterSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Whether only white space stands between this line break and the next.</summary>
    private static bool IsBlankLine(string text, int at)
    {
        do
        {
            at++;
        }
        while (at < text.Length && text[at] != '\n' && char.IsWhiteSpace(text[at]));
        return at < text.Length && text[at] == '\n';
    }

    private static bool IsWesternEnd(char mark) => mark is '.' or '!' or '?' or '…' or '‼' or '⁇' or '⁈' or '⁉' or '؟' or '۔' or '।' or '॥';

    private static bool IsEasternEnd(char mark) => mark is '。' or '！' or '？' or '｡' or '．';

    private static bool IsComma(string text, int at) => at < text.Length && text[at] is '，' or '、' or '；' or '：' or ',' or ';' or ':';

    private static bool IsOpener(char mark) => mark is '"' or '\'' or '(' or '[' or '{' or '“' or '‘' or '«' or '„' or '¿' or '¡' or '「' or '『' or '（' or '《' or '【';

    private static bool IsCloser(char mark) => mark is '"' or '\'' or ')' or ']' or '}' or '”' or '’' or '»' or '」' or '』' or '）' or '》' or '】';

    private static bool IsIdeograph(char character) => character is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF';
}
