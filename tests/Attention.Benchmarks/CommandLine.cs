using System.CommandLine;

namespace Attention.Benchmarks;

/// <summary>The verbs, and what the program answers when one cannot be done.</summary>
internal static class CommandLine
{
    /// <summary>A figure was found and is not to be trusted, or a file could not be written.</summary>
    internal const int Failed = 1;

    /// <summary>What was asked for cannot be done.</summary>
    internal const int Misused = 2;

    /// <summary>As shells say of a program that Ctrl-C ended.</summary>
    internal const int Interrupted = 130;

    /// <summary>Does what the command line says.</summary>
    /// <returns>The exit code: 0 when it was done; otherwise one line on the error stream says why.</returns>
    internal static int Run(string[] arguments) => Run(Root(), arguments);

    private static RootCommand Root() => new("Measures the kernels against this machine's limits, which are measured in the same run.")
    {
        OperationsCommand.Create(),
        AttentionBenchmark.Create(),
        AttentionBackwardBenchmark.Create(),
        DecodeBenchmark.Create(),
        MultiHeadBenchmark.Create(),
        MatmulBenchmark.Create(),
        SoftmaxBenchmark.Create(),
        ExponentialBenchmark.Create(),
        LayerNormBenchmark.Create(),
        GptBenchmark.CreateTraining(),
        GptBenchmark.CreateGeneration(),
        PeakBenchmark.Create(),
        BandwidthBenchmark.Create(),
        PeersCommand.Create(),
        ServeCommand.Create(Run),
        CommonOptions.Seconds,
    };

    private static int Run(Command root, string[] arguments)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Say(parsed.Errors[0].Message, Misused);
        }

        Measurement.Seconds = parsed.GetValue(CommonOptions.Seconds);
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception mistake) when (mistake is ArgumentException or OutOfMemoryException)
        {
            return Say(mistake.Message, Misused);
        }
        catch (OperationCanceledException)
        {
            return Say("Interrupted; nothing was written.", Interrupted);
        }
        catch (Exception failure) when (failure is WrongResultException or IOException or UnauthorizedAccessException)
        {
            return Say(failure.Message, Failed);
        }
    }

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return code;
    }
}
