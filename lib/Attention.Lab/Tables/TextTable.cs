using System.Text;

namespace Attention.Lab;

/// <summary>Aligns rows of named numbers for a fixed-width font.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];
    private readonly bool[]? _numeric;

    /// <param name="corner">What heads the names of the rows.</param>
    /// <param name="columns">The names of the other columns.</param>
    /// <param name="numeric">Which of these columns hold numbers, and so stand to the right; left out, all do.</param>
    public TextTable(string corner, IEnumerable<string> columns, bool[]? numeric = null)
    {
        _rows.Add([corner, .. columns]);
        _numeric = numeric;
    }

    public void Add(string name, IEnumerable<string> numbers) => _rows.Add([name, .. numbers]);

    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => Glyphs.Columns(row[column])))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            string line = string.Join("  ", row.Select((cell, column) => Glyphs.Pad(cell, widths[column], right: column > 0 && (_numeric is null || _numeric[column - 1]))));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
