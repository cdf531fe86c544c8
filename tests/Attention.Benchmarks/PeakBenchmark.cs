using System.CommandLine;

namespace Attention.Benchmarks;

/// <summary>The machine's multiply–add peak by itself.</summary>
internal static class PeakBenchmark
{
    internal static Command Create()
    {
        var options = new CommonOptions();
        Option<int> threadsOption = CommonOptions.Threads();
        var command = new Command("peak", "The multiply-add peak, in registers of the width that the kernels use.") { threadsOption, options.Runs, options.Json };
        command.SetAction(parsed =>
        {
            int threads = parsed.GetValue(threadsOption);
            Measurement m = Measurement.Of("peak", "registers", threads, Peak.Flops(threads), parsed.GetValue(options.Runs), () => Peak.Measure(threads));
            Report.Write(m, parsed.GetValue(options.Json));
        });
        return command;
    }
}
