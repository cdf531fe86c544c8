using System.CommandLine;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>course export: a notebook as Markdown.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var notebook = new Argument<string>("notebook") { Description = "A file, or how its name begins." };
        var output = new Option<string?>("--output", "-o") { Description = "The Markdown file to write; default: the console.", HelpName = "file" };
        var outputs = new Option<bool>("--outputs") { Description = "Show what the cells printed, as quoted text." };
        var verb = new Verb("export", "Write a notebook as Markdown, to read, review or edit it as text.")
        {
            Details = $"""
                {MarkdownHelp.Form}

                Examples:
                  export 03-1                                   to the console
                  export 03-1 -o attention.md                   edit attention.md, then:
                  import attention.md -o notebooks/03-1-attention-step-by-step.ipynb
                """,
        };
        verb.Arguments.Add(notebook);
        verb.Options.Add(output);
        verb.Options.Add(outputs);
        verb.SetAction(parse =>
        {
            string path = NotebookFinder.FindOne(parse.Course(), parse.GetRequiredValue(notebook));
            string text = MarkdownWriter.ToText(NotebookFile.Read(path), parse.GetValue(outputs));
            if (parse.GetValue(output) is string file)
            {
                if (NotebookFinder.IsNotebook(file))
                {
                    throw new UserError($"{file} is a notebook's name; give the Markdown another, like {Path.ChangeExtension(file, ".md")}.");
                }

                TextFile.Write(file, text);
            }
            else
            {
                Console.Out.Write(text);
            }
        });
        return verb;
    }
}
