using System.CommandLine;
using Attention.Benchmarks;

var root = new RootCommand("Measures the kernels against this machine's limits: every figure stands beside the multiply-add peak of the same run.")
{
    AttentionBenchmark.Create(),
    AttentionBackwardBenchmark.Create(),
    DecodeBenchmark.Create(),
    ExponentialBenchmark.Create(),
    MatmulBenchmark.Create(),
    MultiHeadBenchmark.Create(),
    SoftmaxBenchmark.Create(),
    LayerNormBenchmark.Create(),
    PeakBenchmark.Create(),
    BandwidthBenchmark.Create(),
    PeersCommand.Create(),
    ServeCommand.Create(Run),
    CommonOptions.Seconds,
};

return Run(root, args);

static int Run(Command root, string[] commandLine)
{
    ParseResult parsed = root.Parse(commandLine);
    if (parsed.Errors.Count > 0)
    {
        Console.Error.WriteLine(parsed.Errors[0].Message);
        return 2;
    }

    Measurement.Seconds = parsed.GetValue(CommonOptions.Seconds);
    try
    {
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
    catch (Exception mistake) when (mistake is ArgumentException or OutOfMemoryException)
    {
        Console.Error.WriteLine(mistake.Message);
        return 2;
    }
    catch (WrongResultException wrong)
    {
        Console.Error.WriteLine(wrong.Message);
        return 1;
    }
}
