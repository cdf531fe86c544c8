using static System.FormattableString;

namespace Attention.Models;

/// <summary>Tables whose columns are separated by tabs, one row a line; quotation marks mean nothing special.</summary>
public static class TabSeparated
{
    /// <summary>Reads the rows of a table.</summary>
    /// <param name="path">The table, UTF-8.</param>
    /// <param name="atLeast">How many columns there must be.</param>
    /// <param name="header">Whether the first line names the columns and is no row.</param>
    /// <returns>The rows, read as they are asked for.</returns>
    /// <exception cref="InvalidDataException">A line has too few columns, or another number of them than the first line.</exception>
    public static IEnumerable<string[]> Read(string path, int atLeast = 1, bool header = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 1);
        return Rows(path, atLeast, header);
    }

    private static IEnumerable<string[]> Rows(string path, int atLeast, bool header)
    {
        int columns = 0;
        foreach ((int number, string text) in TextLines.Read(path))
        {
            string[] fields = text.Split('\t');
            columns = number == 1 ? fields.Length : columns;
            if (fields.Length < atLeast || fields.Length != columns)
            {
                throw TextLines.Bad(path, number, columns < atLeast
                    ? Invariant($"expected {atLeast} columns or more, got {fields.Length}")
                    : Invariant($"expected {columns} columns as in line 1, got {fields.Length}"));
            }

            if (number > 1 || !header)
            {
                yield return fields;
            }
        }
    }
}
