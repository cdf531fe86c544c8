using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;

namespace Attention.Course.Book.Markdown;

/// <summary>Reads <c>$x_1$</c> and <c>$$x_1$$</c> inside a paragraph, before emphasis can take its underscores.</summary>
/// <remarks>
/// The rules are those of Pandoc and Jupyter: no space inside the dollars, no digit after the closing one (so that prices stay text),
/// and a formula may run over a line's end, but not over a blank line. Markdig's own parser wants a space or punctuation
/// around the formula and one line, and so misses formulas that notebook hosts show.
/// </remarks>
internal sealed class InlineMathParser : InlineParser
{
    public InlineMathParser() => OpeningCharacters = ['$'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        int start = slice.Start;
        int dollars = slice.PeekChar(1) == '$' ? 2 : 1;
        int from = start + dollars;
        int close = dollars == 2 ? FindDouble(slice.Text, from, slice.End) : FindSingle(slice.Text, from, slice.End);
        if (close < 0)
        {
            return false;
        }

        string tex = slice.Text[from..close].Trim();
        int position = processor.GetSourcePosition(start, out int line, out int column);
        processor.Inline = new MathInline
        {
            Delimiter = '$',
            DelimiterCount = dollars,
            Content = new StringSlice(tex),
            Line = line,
            Column = column,
            Span = new Markdig.Syntax.SourceSpan(position, position + close + dollars - 1 - start),
        };
        slice.Start = close + dollars;
        return true;
    }

    private static int FindSingle(string text, int from, int end)
    {
        if (from > end || char.IsWhiteSpace(text[from]))
        {
            return -1;
        }

        for (int i = from; i <= end; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '$':
                    bool closes = i > from && !char.IsWhiteSpace(text[i - 1]) && !(i < end && char.IsAsciiDigit(text[i + 1]));
                    return closes ? i : -1;
                default:
                    break;
            }
        }

        return -1;
    }

    private static int FindDouble(string text, int from, int end)
    {
        for (int i = from; i < end; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '$' && text[i + 1] == '$')
            {
                return i > from ? i : -1;
            }
        }

        return -1;
    }
}
