using System.CommandLine;

namespace Attention.Benchmarks;

/// <summary>The machine's multiply–add peak by itself.</summary>
internal static class PeakBenchmark
{
    internal static Command Create()
    {
        Option<int> threadsOption = CommonOptions.Threads(), runs = CommonOptions.Runs();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("peak", "The multiply-add peak, in registers of the width that the kernels use.") { threadsOption, runs, json };
        command.SetAction(parsed =>
        {
            int threads = parsed.GetValue(threadsOption);
            Measurement m = Measurement.Of("peak", "registers", threads, Peak.Flops(threads), parsed.GetValue(runs), () => Peak.Measure(threads));
            Report.Write(m, parsed.GetValue(json));
        });
        return command;
    }
}
