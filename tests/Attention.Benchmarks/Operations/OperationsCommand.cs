using System.CommandLine;
using System.Globalization;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Every operation of the library beside what the machine can do.</summary>
internal static class OperationsCommand
{
    private const double QuickSeconds = 0.1;

    internal static Command Create()
    {
        Argument<string[]> names = new("names") { Description = "Which operations, such as softmax gelu-backward; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
        Option<string> filter = new("--filter") { Description = "Only operations whose name contains this, such as backward or attention.", DefaultValueFactory = _ => "" };
        Option<bool> list = new("--list") { Description = "Name the operations and their shapes, and measure nothing." };
        Option<int> threads = CommonOptions.Threads();
        Option<int> runs = CommonOptions.Runs();
        Option<bool> quick = new("--quick") { Description = "A tenth of a second each, and good to a tenth." };
        Option<bool> json = new("--json") { Description = "Print one JSON object per operation, each on one line." };
        var command = new Command("operations", "Every operation of the library, forward and backward, beside what binds it: multiply-adds, exponentials or memory.")
        {
            names, filter, list, threads, runs, quick, json,
        };
        command.SetAction(parsed =>
        {
            Operation[] asked = Ask(parsed.GetValue(names)!, parsed.GetValue(filter)!);
            if (parsed.GetValue(list))
            {
                Console.Write(string.Concat(asked.Select(operation => $"{operation.Name,-NameWidth} {operation.Shape}{Environment.NewLine}")));
                return;
            }

            if (parsed.GetValue(quick))
            {
                Measurement.Seconds = QuickSeconds;
            }

            Measure(asked, parsed.GetValue(threads), parsed.GetValue(runs), parsed.GetValue(json));
        });
        return command;
    }

    private const int NameWidth = 40, ShapeWidth = 38;

    private static Operation[] Ask(string[] names, string filter)
    {
        foreach (string name in names)
        {
            if (!Operations.All.Any(operation => operation.Name == name))
            {
                throw new ArgumentException($"operations: no operation is called '{name}'; 'operations --list' names them.");
            }
        }

        Operation[] asked = [.. Operations.All.Where(operation => (names.Length == 0 || names.Contains(operation.Name)) && operation.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        return asked.Length > 0 ? asked : throw new ArgumentException($"--filter: no operation's name contains '{filter}'; 'operations --list' names them.");
    }

    private static void Measure(Operation[] operations, int threads, int runs, bool json)
    {
        if (!json)
        {
            Console.WriteLine($"{threads} thread{(threads == 1 ? "" : "s")}, {VectorWidth.Bits}-bit registers; \"of it\" is the part of the limit that the median run reaches");
            Console.WriteLine($"{"operation",-NameWidth} {"shape",-ShapeWidth} {"median ms",10} {"rate",15}  {"limit",-13} {"of it",6}");
        }

        foreach (Operation operation in operations)
        {
            OperationMeasurement measured = OperationMeasurement.Of(operation, threads, runs);
            Console.WriteLine(json ? Report.ToJson(measured) : ToRow(measured));
        }
    }

    /// <summary>The rate is that of the limit: bytes where memory binds, arithmetic where there is any.</summary>
    private static string ToRow(OperationMeasurement m)
    {
        string rate = m.Gflops is { } gflops && m.Limit != Limits.Memory ? string.Create(CultureInfo.InvariantCulture, $"{gflops:F1} GFLOP/s")
            : string.Create(CultureInfo.InvariantCulture, $"{m.GigabytesPerSecond:F1} GB/s");
        return string.Create(CultureInfo.InvariantCulture, $"{m.Name,-NameWidth} {m.Shape,-ShapeWidth} {m.MedianMs,10:F4} {rate,15}  {m.Limit,-13} {100 * m.Share,4:F0} %");
    }
}
