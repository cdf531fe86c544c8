using System.CommandLine;
using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>course list: what there is to read.</summary>
internal static class ListCommand
{
    private static readonly string[] Header = ["notebook", "title", "cells", "code", "minutes", "outputs", "mirrors"];

    public static Command Create()
    {
        var notebooks = new Argument<string[]>("notebook") { Description = "Files, folders, or how names begin; default: all.", Arity = ArgumentArity.ZeroOrMore };
        var verb = new Verb("list", "List the notebooks: title, size, minutes of study, outputs, and the sections of the documents they mirror.")
        {
            Details = """
                outputs is how many of the code cells have stored outputs, and how many of those hold an error;
                mirrors is the headings that the notebook covers, by document.

                Examples:
                  list                      every notebook of the course
                  list 03                   the third chapter
                """,
        };
        verb.Arguments.Add(notebooks);
        verb.SetAction(parse => Run(NotebookFinder.Find(parse.Course(), parse.GetValue(notebooks)!), Console.Out));
        return verb;
    }

    private static void Run(IReadOnlyList<string> paths, TextWriter output)
    {
        var rows = new List<string[]>();
        try
        {
            EachNotebook.Do(paths, path => rows.Add(Row(path)));
        }
        finally
        {
            Print(rows, output);
        }
    }

    private static string[] Row(string path)
    {
        Notebook notebook = NotebookFile.Read(path);
        List<Cell> code = notebook.Cells.FindAll(cell => cell.Kind == CellKind.Code);
        int errors = code.Count(cell => cell.Outputs.OfType<ErrorOutput>().Any());
        return
        [
            Path.GetFileNameWithoutExtension(path),
            Title(notebook),
            $"{notebook.Cells.Count}",
            $"{code.Count}",
            notebook.Metadata["minutes"] is JsonValue minutes ? minutes.ToString() : "",
            $"{code.Count(cell => cell.Outputs.Count > 0)} of {code.Count}{(errors > 0 ? $", {errors} failed" : "")}",
            string.Join(", ", notebook.Cells.SelectMany(Mirrors).Distinct().GroupBy(key => key.Split(' ')[0], key => key.Split(' ', 2)[^1]).Select(group => $"{group.Key} {string.Join(' ', group)}")),
        ];
    }

    private static string Title(Notebook notebook) =>
        notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown).Select(cell => CellIds.Heading(cell.Source)).FirstOrDefault(heading => heading is not null) ?? "";

    private static IEnumerable<string> Mirrors(Cell cell) =>
        cell.Metadata["mirrors"] is JsonArray mirrors ? mirrors.Select(mirror => mirror?.ToString() ?? "") : [];

    private static void Print(IReadOnlyList<string[]> rows, TextWriter output)
    {
        int[] widths = [.. Header.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max())];
        foreach (string[] row in rows.Prepend(Header))
        {
            output.WriteLine(string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
        }
    }
}
