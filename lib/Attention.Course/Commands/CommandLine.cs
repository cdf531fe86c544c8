using System.CommandLine;
using System.CommandLine.Help;

namespace Attention.Course.Commands;

/// <summary>What all verbs share: options, help, exit codes, and errors as one sentence on stderr.</summary>
internal static class CommandLine
{
    /// <summary>Something failed: a cell, a check.</summary>
    public const int Failed = 1;

    /// <summary>The user can mend it: a wrong argument, an unreadable file.</summary>
    public const int WrongUse = 2;

    /// <summary>A fault of this program, after BSD's EX_SOFTWARE.</summary>
    private const int Fault = 70;

    /// <summary>Ctrl-C, as shells count it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs the command line and gives the process's exit code.</summary>
    /// <param name="course">The verbs.</param>
    /// <param name="args">What the user typed.</param>
    /// <param name="errors">Where errors go.</param>
    public static async Task<int> RunAsync(RootCommand course, string[] args, TextWriter errors)
    {
        course.Options.Add(GlobalOptions.Verbose);
        course.Options.Add(GlobalOptions.Root);
        HelpOption help = course.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithDetails((HelpAction)help.Action!);

        ParseResult parse = course.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (Mistakes.Describe(parse) is string mistake)
        {
            await errors.WriteLineAsync(mistake);
            return WrongUse;
        }

        using var interruption = new Interruption();
        try
        {
            return await parse.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
        }
        catch (Exception error)
        {
            (int code, string sentence) = Explain(error);
            await errors.WriteLineAsync(parse.GetValue(GlobalOptions.Verbose) ? $"{sentence}\n\n{error}" : sentence);
            return code;
        }
    }

    private static (int Code, string Sentence) Explain(Exception error) => error switch
    {
        OperationCanceledException => (Interrupted, "Stopped."),
        UserError => (WrongUse, error.Message),
        IOException or UnauthorizedAccessException => (WrongUse, FirstLine(error.Message)),
        _ => (Fault, $"This program has a fault ({error.GetType().Name}: {FirstLine(error.Message)}); run again with --verbose for details."),
    };

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd('\r');
}
