using System.Globalization;

namespace Attention.Course.Execution;

/// <summary>Shows the lines around a place in a cell, with a marker.</summary>
internal static class SourceExcerpt
{
    private const int Context = 2;
    private const int WholeCell = 8;

    /// <summary>The lines around a line (from 1), and under it a marker when a column (from 1) is known; the cell's beginning when no line is known.</summary>
    public static IReadOnlyList<string> Around(string source, int? line, int? column = null, int length = 0)
    {
        string[] lines = source.Split('\n');
        int first = Math.Max(1, line - Context ?? 1), last = Math.Min(lines.Length, line + Context ?? WholeCell);
        int width = last.ToString(CultureInfo.InvariantCulture).Length;
        var excerpt = new List<string>();
        for (int number = first; number <= last; number++)
        {
            string text = lines[number - 1].TrimEnd('\r');
            excerpt.Add($"{(number == line ? '>' : ' ')} {number.ToString(CultureInfo.InvariantCulture).PadLeft(width)} | {text}".TrimEnd());
            if (number == line && column is { } start && start <= text.Length + 1)
            {
                string indent = new([.. text.Take(start - 1).Select(character => character == '\t' ? '\t' : ' ')]);
                excerpt.Add($"  {new string(' ', width)} | {indent}{new string('^', Math.Max(1, Math.Min(length, text.Length - start + 1)))}");
            }
        }

        return excerpt;
    }
}
