using System.CommandLine;
using System.Diagnostics;
using Attention.Course.Documents;
using Attention.Course.Execution;
using Spectre.Console;

namespace Attention.Course.Commands;

/// <summary>course run: executes notebooks.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var notebooks = new Argument<string[]>("notebook") { Description = "Files, folders, or how names begin; default: all.", Arity = ArgumentArity.ZeroOrMore };
        var update = new Option<bool>("--update") { Description = "Write outputs and execution counts back to notebooks that run without failure." };
        var check = new Option<bool>("--check") { Description = "Fail when stored outputs are not what running shows." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of progress and report." };
        var timeout = new Option<double>("--timeout")
        {
            Description = "How long one cell may take.",
            HelpName = "seconds",
            DefaultValueFactory = _ => RunSettings.DefaultTimeout.TotalSeconds,
        };
        var parallel = new Option<int>("--parallel")
        {
            Description = "How many notebooks run at once; default: one per core.",
            HelpName = "n",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var verb = new Verb("run", "Execute notebooks, each in its own process, and report what fails.")
        {
            Details = """
                A notebook stops at its first cell that fails, and its file then stays as it was; the others go on.
                Tags of a cell: raises-exception (it must fail), volatile (what it shows differs in every run: --update keeps
                what is stored, --check does not look), needs-nuget (skipped where its package cannot be restored).

                Examples:
                  run                       every notebook of the course
                  run 03-1 --update         one notebook, and its outputs into its file
                  run --check               for a continuous build
                """,
        };
        verb.Arguments.Add(notebooks);
        foreach (Option option in new Option[] { update, check, timeout, parallel, json })
            verb.Options.Add(option);
        verb.SetAction(async (parse, cancellation) =>
        {
            if (parse.GetValue(timeout) is not (> 0 and <= 1_000_000))
                throw new UserError("--timeout takes a number of seconds above 0.");
            if (parse.GetValue(parallel) is not (>= 1 and <= 1000))
                throw new UserError("--parallel takes a whole number from 1.");
            var settings = new RunSettings(TimeSpan.FromSeconds(parse.GetValue(timeout)), parse.GetValue(parallel), parse.GetValue(update), parse.GetValue(check));
            CourseFolder course = parse.Course();
            var chosen = Choose(course, parse.GetValue(notebooks)!);
            return ExitCode(await RunAsync(chosen, settings, parse.GetValue(json), parse.GetValue(GlobalOptions.Verbose), cancellation));
        });
        return verb;
    }

    /// <summary>The notebooks that the arguments name: what messages call each, and where it is.</summary>
    public static (string Name, string Path)[] Choose(CourseFolder course, IReadOnlyCollection<string> arguments) =>
        [.. NotebookFinder.Find(course, arguments).Select(path => (Name(course, path), path))];

    /// <summary>Runs notebooks and shows how it goes.</summary>
    public static async Task<IReadOnlyList<RunOutcome>> RunAsync(
        IReadOnlyList<(string Name, string Path)> notebooks, RunSettings settings, bool json, bool verbose, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<RunOutcome> outcomes;
        if (json)
        {
            outcomes = await CourseRun.RunAsync(notebooks, settings, NotebookRunner.Silent, cancellation);
            Console.WriteLine(RunReport.ToJson(outcomes, Stopwatch.GetElapsedTime(start)).ToJsonString());
        }
        else
        {
            bool isPlain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
            IAnsiConsole console = AnsiConsole.Create(isPlain ? new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors } : new());
            if (!isPlain && console.Profile.Capabilities is { Interactive: true, Ansi: true })
            {
                var progress = new LiveProgress(console, [.. notebooks.Select(notebook => notebook.Name)]);
                outcomes = await progress.WatchAsync(() => CourseRun.RunAsync(notebooks, settings, progress, cancellation));
            }
            else
            {
                // A log has no edge at which to wrap.
                console.Profile.Width = short.MaxValue;
                outcomes = await CourseRun.RunAsync(notebooks, settings, new PlainProgress(Console.Out), cancellation);
            }

            new RunReport(console, verbose).Write(outcomes, Stopwatch.GetElapsedTime(start), settings);
        }

        return outcomes;
    }

    /// <summary>What the outcomes mean for the process's exit code.</summary>
    /// <exception cref="UserError">A file could not be read or written; the others have run.</exception>
    public static int ExitCode(IReadOnlyList<RunOutcome> outcomes)
    {
        UserError[] errors = [.. outcomes.Select(outcome => outcome.Error).OfType<UserError>()];
        if (errors.Length > 0)
            throw new UserError(string.Join(Environment.NewLine, errors.Select(error => error.Message)), new AggregateException(errors));
        return outcomes.All(outcome => outcome.Succeeded) ? 0 : CommandLine.Failed;
    }

    private static string Name(CourseFolder course, string path)
    {
        string relative = Path.GetRelativePath(course.Notebooks, path);
        return Path.ChangeExtension(relative.StartsWith("..", StringComparison.Ordinal) ? Path.GetFileName(path) : relative, null).Replace('\\', '/');
    }
}
