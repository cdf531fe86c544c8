namespace Attention.Kernels.Tests;

/// <summary>Memory and threads, measured in a process that does nothing else.</summary>
[Collection(Alone.Name)]
public sealed class FootprintTests
{
    /// <summary>At N = M = 8192 one head's weights alone are 256 MB. The tiled form may keep a few tiles, whatever N is.</summary>
    [Theory]
    [InlineData(Probe.MemoryOneThread)]
    [InlineData(Probe.MemoryAllThreads)]
    public async Task Forward_LongSequence_NeedsNoMoreMemoryThanAFewTiles(string probe)
    {
        const double Allowed = 8; // MB: the kernel issue's own floor, for twice this length
        Child.Outcome outcome = await Child.Run([Probe.Verb, probe], TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        double megabytes = double.Parse(outcome.Output, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(megabytes < Allowed, $"the peak grew by {megabytes:0.0} MB beyond inputs and outputs, allowed {Allowed}");
    }

    /// <summary>The measure sees what it is there to see: the same probe around a call that does keep N×M weights.</summary>
    [Fact]
    public async Task Probe_WeightsKept_SeesThem()
    {
        Child.Outcome outcome = await Child.Run([Probe.Verb, Probe.MemoryOfWeights], TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        Assert.InRange(double.Parse(outcome.Output, System.Globalization.CultureInfo.InvariantCulture), 60, 80);
    }

    [Fact]
    public async Task Forward_ManyThreads_LeavesNoneBehind()
    {
        // The runtime's own threads for compiling again and for collecting in the background would come and go in between.
        Child.Outcome outcome = await Child.Run(
            [Probe.Verb, Probe.Threads], TestContext.Current.CancellationToken, ("DOTNET_TieredCompilation", "0"), ("DOTNET_gcConcurrent", "0"));
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        Assert.Equal("0", outcome.Output.Trim());
    }

    /// <summary>MaxThreads counts the caller's own; and what is not worth sharing stays with the caller.</summary>
    [Fact]
    public async Task Forward_MaxThreads_IsWhatIsUsed()
    {
        Child.Outcome outcome = await Child.Run([Probe.Verb, Probe.Helpers], TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        Assert.Equal("0 0 2", outcome.Output.Trim());
    }
}
