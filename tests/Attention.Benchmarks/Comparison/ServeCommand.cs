using System.CommandLine;
using System.Text.Json;

namespace Attention.Benchmarks;

/// <summary>Reads command lines and answers each with one line of JSON: how the comparison keeps a process of ours, as it keeps one of each peer.</summary>
internal static class ServeCommand
{
    internal const string Name = "serve";

    internal static Command Create(Func<Command, string[], int> run)
    {
        var command = new Command(Name, "Read command lines from the standard input, one after the other.") { Hidden = true };
        command.SetAction(parsed =>
        {
            TextWriter answers = Console.Out, complaints = Console.Error;
            while (Console.ReadLine() is { } line)
            {
                using StringWriter answer = new(), complaint = new();
                Console.SetOut(answer);
                Console.SetError(complaint);
                int code = run(parsed.RootCommandResult.Command, [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--json"]);
                Console.SetOut(answers);
                Console.SetError(complaints);
                answers.WriteLine(code == 0 ? answer.ToString().TrimEnd() : JsonSerializer.Serialize(new { error = complaint.ToString().TrimEnd() }));
            }
        });
        return command;
    }
}
