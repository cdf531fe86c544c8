using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Attention.Lab;

/// <summary>A small matrix with named rows and columns, as a table that a screen reader can walk through.</summary>
[TypeFormatterSource(typeof(FormatterSource<Table>))]
public sealed class Table : IShown
{
    private readonly string[][] _cells;
    private readonly string[] _rows;
    private readonly string[] _columns;
    private readonly bool[] _numeric;
    private readonly string _corner;
    private readonly string _caption;

    private Table(string[][] cells, string[] rows, string[] columns, string corner, string caption)
    {
        (_cells, _rows, _columns, _corner, _caption) = (cells, rows, columns, corner, caption);
        _numeric = [.. Enumerable.Range(0, columns.Length).Select(column => cells.All(row => IsNumber(row[column])))];
    }

    /// <summary>Names the rows and the columns of a matrix.</summary>
    /// <param name="values">[rows, columns]</param>
    /// <param name="rows">One name per row; left out, rows are counted from 0.</param>
    /// <param name="columns">One name per column; left out, columns are counted from 0.</param>
    /// <param name="caption">What the table shows; optional where the cell above says it.</param>
    /// <param name="decimals">How many decimals to show; left out, about three digits of the largest number.</param>
    /// <exception cref="ArgumentException">The number of names does not match the matrix.</exception>
    public static Table Of(float[,] values, string[]? rows = null, string[]? columns = null, string caption = "", int? decimals = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        var wide = new double[values.GetLength(0), values.GetLength(1)];
        for (int row = 0; row < wide.GetLength(0); row++)
        {
            for (int column = 0; column < wide.GetLength(1); column++)
                wide[row, column] = values[row, column];
        }

        return Of(wide, rows, columns, caption, decimals);
    }

    /// <inheritdoc cref="Of(float[,], string[], string[], string, int?)"/>
    public static Table Of(double[,] values, string[]? rows = null, string[]? columns = null, string caption = "", int? decimals = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        int height = values.GetLength(0), width = values.GetLength(1);
        int digits = decimals ?? Numbers.Decimals(values.Cast<double>());
        string[][] cells = [.. Enumerable.Range(0, height).Select(row =>
            Enumerable.Range(0, width).Select(column => Numbers.Fixed(values[row, column], digits)).ToArray())];
        return new Table(
            cells,
            Names(rows, height, $"row of the {height}×{width} values", nameof(rows)),
            Names(columns, width, $"column of the {height}×{width} values", nameof(columns)),
            corner: "",
            Glyphs.Clean(caption ?? ""));
    }

    /// <summary>Rows of anything, already written as text: a comparison of words and numbers.</summary>
    /// <param name="columns">One name per column, the first one that of the row names.</param>
    /// <param name="rows">One row each, as many texts as there are columns; the first names the row.</param>
    /// <exception cref="ArgumentException">A row has another number of texts than there are columns.</exception>
    public static Table Of(string[] columns, params string[][] rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (columns.Length == 0)
            throw new ArgumentException("columns: expected at least one name, got none", nameof(columns));
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row].Length != columns.Length)
                throw new ArgumentException($"rows: expected {columns.Length} texts in row {row}, one per column, got {rows[row].Length}", nameof(rows));
        }

        return new Table(
            [.. rows.Select(row => row.Skip(1).Select(text => Glyphs.Clean(text ?? "")).ToArray())],
            [.. rows.Select(row => Glyphs.Clean(row[0] ?? ""))],
            [.. columns.Skip(1).Select(Glyphs.Clean)],
            Glyphs.Clean(columns[0]),
            caption: "");
    }

    /// <summary>The table aligned for a fixed-width font.</summary>
    public override string ToString()
    {
        var table = new TextTable(_corner, _columns, _numeric);
        for (int row = 0; row < _rows.Length; row++)
            table.Add(_rows[row], _cells[row]);
        return _caption.Length == 0 ? table.ToString() : _caption + "\n\n" + table;
    }

    /// <summary>The table as HTML whose header cells say what they head.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<table class=\"attention-table\">\n");
        if (_caption.Length > 0)
            html.Append("<caption>").Append(Html.Escape(_caption)).Append("</caption>\n");
        html.Append("<thead><tr>").Append(_corner.Length == 0 ? "<td></td>" : $"<th scope=\"col\">{Html.Escape(_corner)}</th>");
        for (int column = 0; column < _columns.Length; column++)
            html.Append("<th scope=\"col\"").Append(Side(column)).Append('>').Append(Html.Escape(_columns[column])).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        for (int row = 0; row < _rows.Length; row++)
        {
            html.Append("<tr><th scope=\"row\" style=\"text-align:left\">").Append(Html.Escape(_rows[row])).Append("</th>");
            for (int column = 0; column < _columns.Length; column++)
                html.Append("<td").Append(Side(column)).Append('>').Append(Html.Escape(_numeric[column] ? Numbers.Typeset(_cells[row][column]) : _cells[row][column])).Append("</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody>\n</table>\n").ToString();
    }

    string? IShown.ToSvg() => null;

    JsonObject? IShown.ToPlotly() => null;

    private string Side(int column) => _numeric[column] ? " style=\"text-align:right\"" : " style=\"text-align:left\"";

    private static bool IsNumber(string text) =>
        text is "NaN" or "∞" or "-∞" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string[] Names(string[]? names, int count, string what, string argument)
    {
        var axis = new Axis("names", names);
        axis.RequireLabels(count, what, argument);
        return [.. Enumerable.Range(0, count).Select(axis.Label)];
    }
}

/// <summary>HTML's four dangerous letters.</summary>
internal static class Html
{
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal);
}
