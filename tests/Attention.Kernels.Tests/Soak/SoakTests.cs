using System.Text.RegularExpressions;

namespace Attention.Kernels.Tests;

[Collection(Alone.Name)]
public sealed partial class SoakTests
{
    /// <summary>Buffers behind fences, results complete, inputs untouched, no byte allocated on one thread, no thread left behind.</summary>
    [Fact]
    public async Task EveryKernel_RandomShapes_KeepsToItsBuffersAndLeavesNothingBehind()
    {
        // The runtime's own threads for compiling again and for collecting in the background would come and go in between.
        Child.Outcome outcome = await Child.Run(
            [Probe.Verb, Probe.Soak], TestContext.Current.CancellationToken, ("DOTNET_TieredCompilation", "0"), ("DOTNET_gcConcurrent", "0"));
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
        Assert.Matches(Report(), outcome.Output);
    }

    [GeneratedRegex("^[0-9]+ problems for [0-9]+ kernels, [1-9][0-9]* buffers behind fences, [1-9][0-9]* problems on one thread repeated without an allocation, 0 threads left behind")]
    private static partial Regex Report();
}
