using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Xml.Linq;

namespace Attention.Kernels.Tests;

/// <summary>Runs the marked classes of this program again, in processes that lack a tier of instructions.</summary>
public sealed class TierTests
{
    /// <summary>What the classes that are marked hold at least; fewer means that the filter lost some.</summary>
    private const int FewestTests = 750;

    public const string Avx512 = "DOTNET_EnableAVX512";
    public const string Avx2 = "DOTNET_EnableAVX2";
    public const string Hardware = "DOTNET_EnableHWIntrinsic";

    [Theory]
    [InlineData(Avx512)]
    [InlineData(Avx2)]
    [InlineData(Hardware)]
    public async Task EveryMarkedTest_TierSwitchedOff_Passes(string tier)
    {
        string report = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.xml");
        try
        {
            string[] arguments = ["-trait", $"{Tier.Trait}={Tier.Every}", "-xml", report, "-noColor", "-noLogo"];
            Child.Outcome outcome = await Child.Run(arguments, TestContext.Current.CancellationToken, (tier, "0"));
            Assert.True(outcome.ExitCode == 0, $"{tier}=0:\n{outcome.Output}");
            XElement run = XElement.Load(report).Elements("assembly").Single();
            int Count(string what) => int.Parse(run.Attribute(what)!.Value, CultureInfo.InvariantCulture);
            Assert.Equal((0, 0, 0), (Count("failed"), Count("errors"), Count("skipped")));
            Assert.InRange(Count("passed"), FewestTests, int.MaxValue);
            Assert.Contains(run.Descendants("test"), test => test.Attribute("method")!.Value == nameof(TierSwitchTests.Process_SwitchSet_LacksTheTier) && test.Attribute("result")!.Value == "Pass");
        }
        finally
        {
            File.Delete(report);
        }
    }
}

/// <summary>Runs in the children, and here: the instructions that a switch turns off are really off, and no others.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class TierSwitchTests
{
    private static bool Off(string tier) => Environment.GetEnvironmentVariable(tier) == "0";

    [Fact]
    public void Process_SwitchSet_LacksTheTier()
    {
        bool none = Off(TierTests.Hardware);
        bool narrow = none || Off(TierTests.Avx2);
        bool half = narrow || Off(TierTests.Avx512);
        AssertOff(half, "512", Vector512.IsHardwareAccelerated, Lanes512.IsSupported);
        AssertOff(narrow, "256", Vector256.IsHardwareAccelerated, Lanes256.IsSupported);
        AssertOff(none, "128", Vector128.IsHardwareAccelerated, Lanes128.IsSupported);
        Assert.True(Lanes1.IsSupported);
        Assert.InRange(VectorWidth.Bits, 32, none ? 32 : narrow ? 128 : half ? 256 : 512);
    }

    /// <summary>Where nothing is switched off, what the processor has is used.</summary>
    [Fact]
    public void Process_NoSwitchSet_HasWhatTheProcessorHas()
    {
        if (Off(TierTests.Hardware) || Off(TierTests.Avx2) || Off(TierTests.Avx512))
        {
            bool halves = !Off(TierTests.Hardware) && !Off(TierTests.Avx2);
            Assert.Equal(halves, Forms.Supported.Contains(Form.Lanes512));
            Assert.Equal(halves, Forms.Supported.Contains(Form.Lanes256));
            return;
        }

        Assert.Equal(Avx512F.IsSupported && Vector512.IsHardwareAccelerated, Lanes512.IsSupported);
        Assert.Equal(Avx2.IsSupported, Lanes256.IsSupported);
        Assert.Equal(Vector128.IsHardwareAccelerated, Lanes128.IsSupported);
        Assert.Equal(Lanes512.IsSupported ? 512 : Lanes256.IsSupported ? 256 : Lanes128.IsSupported ? 128 : 32, VectorWidth.Bits);
    }

    private static void AssertOff(bool off, string tier, bool accelerated, bool supported)
    {
        if (off)
        {
            Assert.False(accelerated, $"{tier} bits are still accelerated");
        }

        Assert.Equal(accelerated, supported);
    }
}
