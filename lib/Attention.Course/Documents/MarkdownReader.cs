using System.Text.Json.Nodes;

namespace Attention.Course.Documents;

/// <summary>One cell as the Markdown form gives it.</summary>
/// <param name="Kind">What the cell holds.</param>
/// <param name="Source">Its text.</param>
/// <param name="Header">What the text says about it, or null when it says nothing.</param>
/// <param name="Line">Where it begins, from 1.</param>
internal sealed record MarkdownCell(CellKind Kind, string Source, CellHeader? Header, int Line);

/// <summary>Reads the Markdown form of a notebook into cells.</summary>
internal sealed class MarkdownReader
{
    private readonly string _name;
    private readonly string[] _lines;
    private readonly List<MarkdownCell> _cells = [];
    private int _next;
    private JsonObject? _metadata;

    private MarkdownReader(string text, string name)
    {
        _name = name;
        _lines = TextLines.OfSource(text).Split('\n');
    }

    /// <summary>The cells, and the notebook's metadata if the text gives any.</summary>
    /// <exception cref="UserError">Something is never closed, or a marker makes no sense; the message names file and line.</exception>
    public static (IReadOnlyList<MarkdownCell> Cells, JsonObject? Metadata) Read(string text, string name)
    {
        var reader = new MarkdownReader(text, name);
        while (reader._next < reader._lines.Length)
        {
            reader.ReadBlock();
        }

        reader.CheckIds();
        return (reader._cells, reader._metadata);
    }

    private void ReadBlock()
    {
        string line = _lines[_next];
        if (MarkdownLine.IsBlank(line))
        {
            _next++;
        }
        else if (MarkdownLine.CodeCell(line) is (int length, string codeHeader))
        {
            ReadEnclosed(CellKind.Code, codeHeader, "```", closing => MarkdownLine.Closes(closing, '`', length), text => text);
        }
        else if (MarkdownLine.Marker(line) is (string kind, string header))
        {
            ReadMarked(kind, header);
        }
        else
        {
            ReadProse(null);
        }
    }

    private void ReadMarked(string kind, string header)
    {
        switch (kind)
        {
            case "cell":
                CellHeader? parsed = Header(header);
                _next++;
                ReadProse(parsed);
                break;
            case "markdown":
            case "raw":
                ReadEnclosed(kind == "raw" ? CellKind.Raw : CellKind.Markdown, header, MarkdownLine.End, line => MarkdownLine.Marker(line)?.Kind == "end", MarkdownLine.Unescape);
                break;
            case "output":
                // What an export shows of outputs is for readers; the notebook keeps its own.
                for (_next++; _next < _lines.Length && _lines[_next].StartsWith('>'); _next++)
                {
                }

                break;
            case "notebook" when _cells.Count == 0 && _metadata is null:
                _metadata = Header(header)?.Metadata ?? [];
                _next++;
                break;
            case "notebook":
                throw Error(_next, "the notebook's metadata must come first, and once");
            default:
                throw Error(_next, $"nothing is open that {MarkdownLine.End} could end");
        }
    }

    private void ReadEnclosed(CellKind kind, string header, string end, Func<string, bool> isEnd, Func<string, string> unescape)
    {
        int start = _next;
        int close = Array.FindIndex(_lines, start + 1, line => isEnd(line));
        if (close < 0)
        {
            throw Error(start, $"this cell is never closed; end it with a line {end}");
        }

        Add(kind, string.Join('\n', _lines[(start + 1)..close].Select(unescape)), Header(header), start);
        _next = close + 1;
    }

    private void ReadProse(CellHeader? header)
    {
        int start = _next;
        while (start < _lines.Length && MarkdownLine.IsBlank(_lines[start]))
        {
            start++;
        }

        if (start == _lines.Length || MarkdownLine.Marker(_lines[start]) is not null || MarkdownLine.CodeCell(_lines[start]) is not null)
        {
            throw Error(_next - 1, $"this cell has no text; write an empty one as <!-- markdown --> and {MarkdownLine.End}, and put a code cell's header behind ```csharp");
        }

        (_next, int? unclosed) = MarkdownProse.Scan(_lines, start);
        if (unclosed is int line)
        {
            throw Error(line, "this fence or comment is never closed");
        }

        int end = _next;
        while (MarkdownLine.IsBlank(_lines[end - 1]))
        {
            end--;
        }

        Add(CellKind.Markdown, string.Join('\n', _lines[start..end]), header, start);
    }

    private void Add(CellKind kind, string source, CellHeader? header, int line) => _cells.Add(new(kind, source, header, line + 1));

    private CellHeader? Header(string text) => text.Length == 0 ? null : CellHeader.Parse(text, Where(_next));

    private void CheckIds()
    {
        foreach (IGrouping<string, MarkdownCell> same in _cells.Where(cell => cell.Header?.Id.Length > 0).GroupBy(cell => cell.Header!.Id))
        {
            if (same.ElementAtOrDefault(1) is MarkdownCell second)
            {
                throw Error(second.Line - 1, $"the name #{same.Key} is taken by the cell in line {same.First().Line}");
            }
        }
    }

    private string Where(int line) => $"{_name}, line {line + 1}";

    private UserError Error(int line, string sentence) => new($"{Where(line)}: {sentence}.");
}
