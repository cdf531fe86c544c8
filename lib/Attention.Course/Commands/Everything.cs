using System.CommandLine;
using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Commands;

/// <summary>No verb: run every notebook, then make the book, which says where to look.</summary>
internal static class Everything
{
    public const string Details = """
        Without a verb: runs every notebook, makes the book of what the cells showed, and prints where it is.

        Examples, each behind dotnet run --project lib/Attention.Course --
          list                      what there is to read
          run 03-1                  execute the notebooks whose names begin so
          export 03-1 -o a.md       a notebook as Markdown, to edit and import again

        Exit codes: 0 good, 1 a cell or a check failed, 2 wrong use, 70 a fault of this program, 130 stopped.
        """;

    public static void SetAsDefault(RootCommand course) => course.SetAction(RunAsync);

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellation)
    {
        CourseFolder course = parse.Course();
        var notebooks = RunCommand.Choose(course, []);
        var settings = new RunSettings(RunSettings.DefaultTimeout, Environment.ProcessorCount);
        var outcomes = await RunCommand.RunAsync(notebooks, settings, json: false, parse.GetValue(GlobalOptions.Verbose), cancellation);
        int code = RunCommand.ExitCode(outcomes);

        if (outcomes.Any(outcome => Freshness.Compare(outcome.Run).Count > 0))
        {
            Console.WriteLine("The book shows this run, which differs from what the notebooks store; `run --update` stores it.");
        }

        // A notebook that fails still has its page, with the error on it.
        var shown = notebooks.Zip(outcomes).ToDictionary(pair => pair.First.Path, pair => pair.Second.Run.Updated());
        BookCommand.Make(course, null, Console.Out, Console.Error, cancellation, shown);
        return code;
    }
}
