using System.Text;

namespace Attention.Lab;

/// <summary>Aligns rows of named numbers for a fixed-width font.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> rows = [];
    private readonly bool[]? numeric;

    /// <param name="corner">What heads the names of the rows.</param>
    /// <param name="columns">The names of the other columns.</param>
    /// <param name="numeric">Which of these columns hold numbers, and so stand to the right; left out, all do.</param>
    public TextTable(string corner, IEnumerable<string> columns, bool[]? numeric = null)
    {
        rows.Add([corner, .. columns]);
        this.numeric = numeric;
    }

    public void Add(string name, IEnumerable<string> numbers) => rows.Add([name, .. numbers]);

    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => Glyphs.Columns(row[column])))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            string line = string.Join("  ", row.Select((cell, column) => Glyphs.Pad(cell, widths[column], right: column > 0 && (numeric is null || numeric[column - 1]))));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
