using System.CommandLine;
using Attention.Course.Book;
using Attention.Course.Documents;

namespace Attention.Course.Commands;

/// <summary>course book: the notebooks as a static site.</summary>
internal static class BookCommand
{
    public static Command Create()
    {
        var output = new Option<string?>("--output", "-o") { Description = "The folder to write; default: book in the course's folder.", HelpName = "folder" };
        var verb = new Verb("book", "Make the book: every notebook as a page that opens in a browser and needs no network.")
        {
            Details = """
                The pages show the notebooks with the outputs stored in them: run them with `run --update` first to renew
                those. A folder that holds an earlier book is replaced as a whole; any other folder must be empty or new.
                Links and pictures that lead nowhere are listed; the book is made all the same.

                Examples:
                  book                      into book/
                  book -o ../site           into another folder
                """,
        };
        verb.Options.Add(output);
        verb.SetAction((parse, cancellation) => Task.FromResult(Make(parse.Course(), parse.GetValue(output), Console.Out, Console.Error, cancellation)));
        return verb;
    }

    /// <summary>Makes the book of a course and says where it is.</summary>
    /// <param name="course">The course.</param>
    /// <param name="folder">Where the book goes, or null for the usual place.</param>
    /// <param name="output">Where to say so.</param>
    /// <param name="warnings">Where to list what leads nowhere.</param>
    /// <param name="cancellation">Stops the work; a book that was there stays.</param>
    /// <param name="ran">Notebooks, by path, to show as they just ran; the others are shown as they are stored.</param>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="UserError">A notebook cannot be read, or the folder cannot be written.</exception>
    public static int Make(CourseFolder course, string? folder, TextWriter output, TextWriter warnings, CancellationToken cancellation, IReadOnlyDictionary<string, Notebook>? ran = null)
    {
        string[] notebooks = [.. NotebookFinder.Find(course, []).Where(path => Path.GetDirectoryName(path) == course.Notebooks)];
        BookResult book = BookBuilder.Build(course.Root, notebooks, folder ?? Path.Combine(course.Root, "book"), cancellation, ran);
        foreach (Problem problem in book.Problems)
        {
            warnings.WriteLine($"warning: {problem}");
        }

        output.WriteLine($"The book has {(book.Chapters.Count == 1 ? "1 chapter" : $"{book.Chapters.Count} chapters")}. Open {TextFile.Name(book.Index)} in a browser:");
        output.WriteLine($"  {new Uri(book.Index).AbsoluteUri}");
        return 0;
    }
}
