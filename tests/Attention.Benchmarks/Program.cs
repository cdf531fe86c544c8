using System.CommandLine;
using Attention.Benchmarks;

var root = new RootCommand("Measures the kernels against this machine's limits: every figure stands beside the multiply-add peak of the same run.")
{
    AttentionBenchmark.Create(),
    ExponentialBenchmark.Create(),
    SoftmaxBenchmark.Create(),
    PeakBenchmark.Create(),
    CommonOptions.Seconds,
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync(parsed.Errors[0].Message);
    return 2;
}

Measurement.Seconds = parsed.GetValue(CommonOptions.Seconds);
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception mistake) when (mistake is ArgumentException or OutOfMemoryException)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 2;
}
catch (WrongResultException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
