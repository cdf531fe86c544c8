namespace Attention.Benchmarks;

/// <summary>What a benchmark of a whole model found. In JSON these names are a promise: scripts read them.</summary>
/// <param name="Name">training or generation.</param>
/// <param name="Threads">How many threads worked.</param>
/// <param name="TokensPerS">Tokens learned from, or written, in a second of the median run.</param>
/// <param name="Runs">How many runs were timed.</param>
internal sealed record ModelMeasurement(string Name, int Threads, double TokensPerS, int Runs)
{
    /// <summary>One step of training: loss, gradients, step of the optimizer.</summary>
    public double? MsPerStep { get; init; }

    /// <summary>One token of generation, the prompt's pass shared among them.</summary>
    public double? MsPerToken { get; init; }

    /// <summary>The median run: a step, or a whole text.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Useful arithmetic per second in the median run, in 10⁹.</summary>
    public required double Gflops { get; init; }

    /// <summary>The best multiply–add rate of as many threads between the same runs, in 10⁹.</summary>
    public required double PeakGflops { get; init; }

    /// <summary>What was measured of a run that deals with so many tokens.</summary>
    internal static ModelMeasurement Of(Measurement run, int tokens, bool isStep) => new(run.Name, run.Threads, tokens / run.MedianMs * 1e3, run.Runs)
    {
        MsPerStep = isStep ? run.MedianMs : null,
        MsPerToken = isStep ? null : run.MedianMs / tokens,
        MedianMs = run.MedianMs,
        Gflops = run.Gflops,
        PeakGflops = run.PeakGflops,
    };
}
