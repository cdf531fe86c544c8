using System.Text.RegularExpressions;

namespace Attention.Models;

/// <summary>Which of NLTK's rules split words.</summary>
public enum TreebankRules
{
    /// <summary>NLTK's TreebankWordTokenizer: the Penn Treebank's own script.</summary>
    Treebank,

    /// <summary>NLTK's NLTKWordTokenizer, which its <c>word_tokenize</c> uses: quotation marks beyond ASCII, stars and longer rows of full stops stand apart too.</summary>
    Nltk,
}

/// <summary>Splits an English sentence into words as the Penn Treebank does: don't is do and n't, quotation marks become `` and '', a full stop stands apart at the sentence's end only.</summary>
/// <remarks>
/// MacIntyre's sed script for the Penn Treebank (1995), with the rules and their order as NLTK 3.8 has them (Bird, Klein and Loper 2009; <c>nltk/tokenize/treebank.py</c> and <c>destructive.py</c>).
/// The rules expect one sentence: <see cref="OfText"/> splits sentences first.
/// </remarks>
public static partial class TreebankTokenizer
{
    private static readonly (Regex Pattern, string Replacement)[] Treebank =
    [
        (OpeningAtStart(), "``"), (OpeningMark(), " $1 "), (QuoteAfterBracket(), "$1 `` "),
        (CommaBeforeOther(), " $1 $2"), (CommaAtEnd(), " $1 "), (Ellipsis(), " ... "), (Symbol(), " $0 "), (LastStop(), "$1 $2$3 "), (QuestionOrExclamation(), " $0 "), (ApostropheBeforeSpace(), "$1 ' "),
    ];

    private static readonly (Regex Pattern, string Replacement)[] Nltk =
    [
        (AnyOpeningMark(), " $1 "), (OpeningAtStart(), "``"), (OpeningMark(), " $1 "), (QuoteAfterBracket(), "$1 `` "), (ApostropheBeforeWord(), "$1 $2"),
        (LastStopWithAnyQuote(), "$1 $2 $3 "), (CommaBeforeOther(), " $1 $2"), (CommaAtEnd(), " $1 "), (Stops(), " $0 "), (Symbol(), " $0 "), (LastStop(), "$1 $2$3 "), (QuestionOrExclamation(), " $0 "),
        (ApostropheBeforeSpace(), "$1 ' "), (Star(), " $0 "),
    ];

    private static readonly (Regex Pattern, string Replacement)[] Ending =
    [
        (TwoApostrophes(), " '' "), (DoubleQuote(), " '' "), (ShortClitic(), "$1 $2 "), (LongClitic(), "$1 $2 "), (Contraction(), " $1 $2 "), (ContractionOfItIs(), " $1 $2 "), (ContractionOfItWas(), " $1 $2 "),
    ];

    /// <summary>The words of a sentence, in order.</summary>
    /// <param name="sentence">One sentence.</param>
    /// <param name="rules">Whose rules.</param>
    /// <param name="convertParentheses">Whether brackets become the Treebank's <c>-LRB-</c>, <c>-RRB-</c> and so on.</param>
    public static string[] Split(string sentence, TreebankRules rules = TreebankRules.Nltk, bool convertParentheses = false)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        if (!Enum.IsDefined(rules))
        {
            throw new ArgumentOutOfRangeException(nameof(rules), rules, "no such rules");
        }

        string text = Apply(rules == TreebankRules.Nltk ? Nltk : Treebank, sentence);
        text = $" {DoubleDash().Replace(Bracket().Replace(text, " $0 "), " -- ")} ";
        text = Apply(Ending, rules == TreebankRules.Nltk ? AnyClosingMark().Replace(text, " $1 ") : text);
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return convertParentheses ? Array.ConvertAll(words, Converted) : words;
    }

    /// <summary>The words of a sentence with the places that they were made from, in order; between them lies nothing but white space.</summary>
    public static IEnumerable<Token> Tokens(string sentence) => Tokens(sentence, TreebankRules.Nltk);

    /// <summary>The words of a sentence with the places that they were made from, in order; between them lies nothing but white space.</summary>
    /// <param name="sentence">One sentence.</param>
    /// <param name="rules">Whose rules.</param>
    public static IEnumerable<Token> Tokens(string sentence, TreebankRules rules)
    {
        string[] words = Split(sentence, rules);
        return Align(words, sentence);
    }

    /// <summary>The words of a text of many sentences: NLTK's <c>word_tokenize</c>, but that <see cref="SentenceSplitter"/> finds the sentences where NLTK asks its trained Punkt model.</summary>
    public static IEnumerable<Token> OfText(string text) =>
        SentenceSplitter.Tokens(text).SelectMany(sentence => Tokens(sentence.Text).Select(word => word with { Start = sentence.Start + word.Start, End = sentence.Start + word.End }));

    // The rules put spaces in and write quotation marks anew, but leave everything in its order.
    private static IEnumerable<Token> Align(string[] words, string sentence)
    {
        int at = 0;
        foreach (string word in words)
        {
            while (char.IsWhiteSpace(sentence[at]))
            {
                at++;
            }

            int end = at + (sentence[at] == '"' ? 1 : word.Length);
            yield return new Token(word, at, end);
            at = end;
        }
    }

    private static string Apply((Regex Pattern, string Replacement)[] rules, string text)
    {
        foreach ((Regex pattern, string replacement) in rules)
        {
            text = pattern.Replace(text, replacement);
        }

        return text;
    }

    private static string Converted(string word) => word switch
    {
        "(" => "-LRB-",
        ")" => "-RRB-",
        "[" => "-LSB-",
        "]" => "-RSB-",
        "{" => "-LCB-",
        "}" => "-RCB-",
        _ => word,
    };

    [GeneratedRegex("([«“‘„]|`+)")]
    private static partial Regex AnyOpeningMark();

    [GeneratedRegex("^\"")]
    private static partial Regex OpeningAtStart();

    [GeneratedRegex("(``)")]
    private static partial Regex OpeningMark();

    [GeneratedRegex(@"([ (\[{<])(""|'{2})")]
    private static partial Regex QuoteAfterBracket();

    [GeneratedRegex(@"(')(?!re|ve|ll|m|t|s|d|n)([\p{L}\p{N}_])(?![\p{L}\p{N}_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ApostropheBeforeWord();

    [GeneratedRegex(@"([^.])(\.)([\])}>""'»”’ ]*)\s*$")]
    private static partial Regex LastStopWithAnyQuote();

    [GeneratedRegex(@"([:,])([^\d])")]
    private static partial Regex CommaBeforeOther();

    [GeneratedRegex("([:,])$")]
    private static partial Regex CommaAtEnd();

    [GeneratedRegex(@"\.\.\.")]
    private static partial Regex Ellipsis();

    [GeneratedRegex(@"\.{2,}")]
    private static partial Regex Stops();

    [GeneratedRegex("[;@#$%&]")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"([^.])(\.)([\])}>""']*)\s*$")]
    private static partial Regex LastStop();

    [GeneratedRegex("[?!]")]
    private static partial Regex QuestionOrExclamation();

    [GeneratedRegex("([^'])' ")]
    private static partial Regex ApostropheBeforeSpace();

    [GeneratedRegex(@"\*")]
    private static partial Regex Star();

    [GeneratedRegex(@"[\]\[(){}<>]")]
    private static partial Regex Bracket();

    [GeneratedRegex("--")]
    private static partial Regex DoubleDash();

    [GeneratedRegex("([»”’])")]
    private static partial Regex AnyClosingMark();

    [GeneratedRegex("''")]
    private static partial Regex TwoApostrophes();

    [GeneratedRegex("\"")]
    private static partial Regex DoubleQuote();

    [GeneratedRegex("([^' ])('[sS]|'[mM]|'[dD]|') ")]
    private static partial Regex ShortClitic();

    [GeneratedRegex("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ")]
    private static partial Regex LongClitic();

    // One after another in NLTK; no word can match two of them. A word ends where Python says so, to which ½ is a letter of a word and a combining accent is none.
    [GeneratedRegex(@"(?<![\p{L}\p{N}_])(?<1>can(?=not)|d(?='ye)|gim(?=me)|gon(?=na)|got(?=ta)|lem(?=me)|more(?='n)|wan(?=na\s))(?<2>not|'ye|me|na|ta|'n)(?![\p{L}\p{N}_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Contraction();

    [GeneratedRegex(@" ('t)(is)(?![\p{L}\p{N}_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContractionOfItIs();

    [GeneratedRegex(@" ('t)(was)(?![\p{L}\p{N}_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ContractionOfItWas();
}
