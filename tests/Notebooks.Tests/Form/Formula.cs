using Attention.Course.Documents;

namespace Notebooks.Tests.Form;

/// <summary>A formula in a Markdown cell.</summary>
/// <param name="Text">What stands between the dollars.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="InTable">Whether it stands in a row of a table.</param>
internal sealed record Formula(string Text, int Line, bool InTable)
{
    /// <summary>The formulas of a Markdown text, and what is wrong with their dollars.</summary>
    public static (IReadOnlyList<Formula> Formulas, IReadOnlyList<string> Problems) In(string markdown)
    {
        string text = WithoutCode(markdown);
        var formulas = new List<Formula>();
        var problems = new List<string>();
        int line = 1;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                line++;
            }
            else if (text[i] == '\\' && i + 1 < text.Length)
            {
                if (text[i + 1] == '_')
                {
                    problems.Add($"line {line}: \\_ outside a formula");
                }

                i++;
            }
            else if (text[i] == '$')
            {
                string fence = i + 1 < text.Length && text[i + 1] == '$' ? "$$" : "$";
                int start = i + fence.Length;
                int end = End(text, start, fence);
                if (end < 0)
                {
                    problems.Add($"line {line}: {fence} is never closed");
                    break;
                }

                string formula = text[start..end];
                if (fence == "$" && (formula != formula.Trim() || (end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
                {
                    problems.Add($"line {line}: ${formula}$ is not taken for a formula (a space inside, or a digit behind)");
                }

                formulas.Add(new(formula, line, LineAt(text, i).TrimStart().StartsWith('|')));
                line += formula.Count(c => c == '\n');
                i = end + fence.Length - 1;
            }
        }

        return (formulas, problems);
    }

    /// <summary>Where the closing dollars stand, or −1; no formula reaches over a blank line.</summary>
    private static int End(string text, int start, string fence)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (string.CompareOrdinal(text, i, fence, 0, fence.Length) == 0)
            {
                return i;
            }
            else if (text[i] == '\n' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                return -1;
            }
        }

        return -1;
    }

    private static string LineAt(string text, int index)
    {
        int start = text.LastIndexOf('\n', index) + 1;
        int end = text.IndexOf('\n', index);
        return text[start..(end < 0 ? text.Length : end)];
    }

    /// <summary>Blanks fenced blocks and code spans, keeping the lines.</summary>
    private static string WithoutCode(string markdown)
    {
        string[] lines = markdown.Split('\n');
        (char Character, int Length)? fence = null;
        for (int i = 0; i < lines.Length; i++)
        {
            (char Character, int Length)? before = fence;
            fence = fence is null ? MarkdownLine.Fence(lines[i]) : MarkdownLine.Closes(lines[i], fence.Value.Character, fence.Value.Length) ? null : fence;
            lines[i] = before is null && fence is null ? WithoutSpans(lines[i]) : "";
        }

        return string.Join('\n', lines);
    }

    private static string WithoutSpans(string line)
    {
        for (int start = line.IndexOf('`', StringComparison.Ordinal); start >= 0;)
        {
            int length = line[start..].TakeWhile(c => c == '`').Count();
            string ticks = new('`', length);
            int end = line.IndexOf(ticks, start + length, StringComparison.Ordinal);
            if (end < 0)
            {
                break;
            }

            line = line[..start] + new string('x', end + length - start) + line[(end + length)..];
            start = line.IndexOf('`', StringComparison.Ordinal);
        }

        return line;
    }
}
