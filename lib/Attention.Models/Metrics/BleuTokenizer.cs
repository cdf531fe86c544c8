using System.Text;
using System.Text.RegularExpressions;

namespace Attention.Models;

/// <summary>How BLEU cuts a sentence into tokens. Scores of different tokenizers cannot be compared (Post 2018).</summary>
public enum BleuTokenizer
{
    /// <summary>As the script mteval-v13a of WMT does: marks apart, but not within numbers. sacreBLEU's default.</summary>
    Standard13a,

    /// <summary>Every Chinese character and full-width mark a token, everything else as in 13a. sacreBLEU's "zh".</summary>
    Chinese,

    /// <summary>As the script mteval-v14 does with its option for all languages: what Unicode calls a mark apart, but not between digits, and every symbol apart. sacreBLEU's "intl".</summary>
    International,

    /// <summary>At white space only, for text that is tokenized already.</summary>
    WhiteSpace,
}

internal static partial class BleuTokenizing
{
    private static readonly Rune Space = new(' ');

    /// <summary>The tokens that n-grams are counted over.</summary>
    internal static string[] Split(this BleuTokenizer tokenizer, string sentence)
    {
        string line = tokenizer switch
        {
            BleuTokenizer.Standard13a => Western($" {WithoutEntities(sentence.TrimEnd())} "),
            BleuTokenizer.Chinese => Western(WithChineseApart(sentence.Trim())),
            BleuTokenizer.International => WithMarksApart(sentence.TrimEnd()),
            BleuTokenizer.WhiteSpace => sentence,
            _ => throw new ArgumentOutOfRangeException(nameof(tokenizer), tokenizer, "no such tokenizer"),
        };
        return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    private static string WithoutEntities(string line) => line
        .Replace("<skipped>", "", StringComparison.Ordinal)
        .Replace("-\n", "", StringComparison.Ordinal)
        .Replace('\n', ' ')
        .Replace("&quot;", "\"", StringComparison.Ordinal)
        .Replace("&amp;", "&", StringComparison.Ordinal)
        .Replace("&lt;", "<", StringComparison.Ordinal)
        .Replace("&gt;", ">", StringComparison.Ordinal);

    private static string Western(string line)
    {
        line = Mark().Replace(line, " $1 ");
        line = MarkNotAfterDigit().Replace(line, "$1 $2 ");
        line = MarkNotBeforeDigit().Replace(line, " $1 $2");
        return DashAfterDigit().Replace(line, "$1 $2 ");
    }

    // By code point, which the framework's regular expressions are not: most symbols, such as emoji, are two code units.
    private static string WithMarksApart(string sentence)
    {
        Rune[] line = [.. sentence.EnumerateRunes()];
        line = [.. Pairs(line, (first, second) => !Rune.IsNumber(first) && Rune.IsPunctuation(second), (first, second) => [first, Space, second, Space])];
        line = [.. Pairs(line, (first, second) => Rune.IsPunctuation(first) && !Rune.IsNumber(second), (first, second) => [Space, first, Space, second])];
        return string.Concat(line.Select(rune => Rune.IsSymbol(rune) ? $" {rune} " : rune.ToString()));
    }

    /// <summary>Writes anew each pair of neighbours that fits, from left to right; none overlaps another.</summary>
    private static IEnumerable<Rune> Pairs(Rune[] line, Func<Rune, Rune, bool> fits, Func<Rune, Rune, Rune[]> write)
    {
        for (int at = 0; at < line.Length; at++)
        {
            bool pair = at + 1 < line.Length && fits(line[at], line[at + 1]);
            foreach (Rune rune in pair ? write(line[at], line[at + 1]) : [line[at]])
            {
                yield return rune;
            }

            at += pair ? 1 : 0;
        }
    }

    private static string WithChineseApart(string line)
    {
        var text = new StringBuilder(2 * line.Length);
        foreach (char character in line)
        {
            _ = IsChinese(character) ? text.Append(' ').Append(character).Append(' ') : text.Append(character);
        }

        return text.ToString();
    }

    // sacreBLEU's own list. Its two ranges beyond 16 bits are written such that they mean 2001..2A6D and 2F81..2FA1, dashes and quotation marks
    // among them; scores can only be compared with its scores when ours mean the same.
    private static bool IsChinese(char c) => c is (>= '\u2001' and <= '\u2A6D') or (>= '\u2E80' and <= '\u2EFF') or (>= '\u2F00' and <= '\u2FDF') or (>= '\u2FF0' and <= '\u303F')
        or (>= '\u3100' and <= '\u312F') or (>= '\u31A0' and <= '\u31BF') or (>= '\u31C0' and <= '\u31EF') or (>= '\u3200' and <= '\u33FF') or (>= '\u3400' and <= '\u4DB5')
        or (>= '\u4E00' and <= '\u9FBB') or (>= '\uF900' and <= '\uFA2D') or (>= '\uFA30' and <= '\uFA6A') or (>= '\uFA70' and <= '\uFAD9')
        or (>= '\uFE10' and <= '\uFE1F') or (>= '\uFE30' and <= '\uFE4F') or (>= '\uFF00' and <= '\uFFEF');

    /// <summary>Every ASCII mark but apostrophe, comma, dash and full stop.</summary>
    [GeneratedRegex(@"([ -&(-+/:-@\[-`{-~])")]
    private static partial Regex Mark();

    [GeneratedRegex("([^0-9])([.,])")]
    private static partial Regex MarkNotAfterDigit();

    [GeneratedRegex("([.,])([^0-9])")]
    private static partial Regex MarkNotBeforeDigit();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex DashAfterDigit();
}
