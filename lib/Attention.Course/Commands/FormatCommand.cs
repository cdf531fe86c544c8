using System.CommandLine;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>course format: notebooks into their canonical form.</summary>
internal static class FormatCommand
{
    public static Command Create()
    {
        var notebooks = new Argument<string[]>("notebook") { Description = "Files, folders, or how names begin; default: all.", Arity = ArgumentArity.ZeroOrMore };
        var check = new Option<bool>("--check") { Description = "Change nothing; list what is not canonical and exit with 1." };
        var verb = new Verb("format", "Write notebooks in the canonical form, whichever program saved them.")
        {
            Details = """
                The canonical form is Jupyter's: fields in alphabetical order, one space of indent, one array entry per
                line of text, a final line break. The kernel is .net-csharp, and every cell has an id. Text, outputs and
                other metadata stay.

                Examples:
                  format                    every notebook of the course
                  format 03-1               the notebooks whose names begin so
                  format --check            for a continuous build
                """,
        };
        verb.Arguments.Add(notebooks);
        verb.Options.Add(check);
        verb.SetAction(parse => Run(NotebookFinder.Find(parse.Course(), parse.GetValue(notebooks)!), parse.GetValue(check), Console.Out));
        return verb;
    }

    private static int Run(IReadOnlyList<string> paths, bool check, TextWriter output)
    {
        int different = 0;
        EachNotebook.Do(paths, path =>
        {
            Notebook notebook = NotebookFile.Read(path);
            if (TextFile.Holds(path, NotebookFile.ToText(notebook)))
            {
                return;
            }

            different++;
            if (!check)
            {
                NotebookFile.Write(path, notebook);
            }

            output.WriteLine(check ? $"{TextFile.Name(path)} is not canonical" : $"{TextFile.Name(path)} formatted");
        });

        if (different == 0)
        {
            output.WriteLine(paths.Count == 1 ? "1 notebook is canonical." : $"{paths.Count} notebooks are canonical.");
        }

        return check && different > 0 ? CommandLine.Failed : 0;
    }
}
