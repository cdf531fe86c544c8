using System.CommandLine;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>course import: Markdown as a notebook.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var markdown = new Argument<string>("markdown") { Description = "The Markdown file." };
        var output = new Option<string?>("--output", "-o") { Description = "The notebook to write; default: beside the Markdown, with its name.", HelpName = "notebook" };
        var verb = new Verb("import", "Make or update a notebook from Markdown.")
        {
            Details = $"""
                {MarkdownHelp.Form}

                {MarkdownHelp.Import}

                Examples:
                  import attention.md                           writes attention.ipynb
                  import attention.md -o notebooks/03-1-attention-step-by-step.ipynb
                """,
        };
        verb.Arguments.Add(markdown);
        verb.Options.Add(output);
        verb.SetAction(parse => Run(parse.GetRequiredValue(markdown), parse.GetValue(output)));
        return verb;
    }

    private static void Run(string markdown, string? output)
    {
        if (NotebookFinder.IsNotebook(markdown))
        {
            throw new UserError($"{markdown} is a notebook already; import takes Markdown.");
        }

        string path = output ?? Path.ChangeExtension(markdown, ".ipynb");
        if (!NotebookFinder.IsNotebook(path))
        {
            throw new UserError($"{path} must end in .ipynb to be a notebook.");
        }

        string text = TextFile.Read(markdown);
        Notebook? existing = File.Exists(path) ? NotebookFile.Read(path) : null;
        Notebook notebook = MarkdownImport.ToNotebook(text, TextFile.Name(markdown), existing);
        NotebookFile.Write(path, notebook);
        Console.Out.WriteLine($"{TextFile.Name(path)}: {notebook.Cells.Count} cells, {notebook.Cells.Count(cell => cell.Outputs.Count > 0)} with outputs kept.");
    }
}
