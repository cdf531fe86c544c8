using System.Runtime.InteropServices;

namespace Attention.Kernels.Tests;

public sealed class FencedMemoryTests
{
    [Theory]
    [InlineData(Probe.ReadAfter)]
    [InlineData(Probe.WriteAfter)]
    [InlineData(Probe.ReadBefore)]
    [InlineData(Probe.WriteBefore)]
    public async Task Fence_Touched_EndsTheProcess(string probe)
    {
        Child.Outcome outcome = await Child.Run([Probe.Verb, probe], TestContext.Current.CancellationToken);
        Assert.NotEqual(Probe.Survived, outcome.ExitCode);
        Assert.Contains("AccessViolation", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fence_OnlyNeighboursTouched_LetsTheProcessLive()
    {
        Child.Outcome outcome = await Child.Run([Probe.Verb, Probe.Nothing], TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == Probe.Survived, outcome.Output);
    }

    public static TheoryData<int, Fence> Shapes => [.. from length in (int[])[0, 1, 3, 1023, 1024, 1025, 5000] from fence in Enum.GetValues<Fence>() select (length, fence)];

    /// <summary>A length of whole pages leaves no room for canaries: there both sides touch a fence.</summary>
    public static TheoryData<int, Fence> ShapesWithRoom => [.. Shapes.Select(row => row.Data).Where(row => row.Item1 == 0 || row.Item1 * sizeof(float) % Pages.Size != 0)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public unsafe void Span_OfAnyLength_TouchesTheForbiddenPage(int length, Fence fence)
    {
        using FencedMemory<float> memory = new(length, fence);
        Assert.Equal(length, memory.Span.Length);
        nint start = (nint)memory.Pin().Pointer;
        nint side = fence == Fence.Start ? start : start + (length * sizeof(float));
        Assert.Equal(0, side % Pages.Size);
    }

    [Theory]
    [MemberData(nameof(ShapesWithRoom))]
    public unsafe void CanariesAlive_WriteBehindTheOtherSide_TurnsFalse(int length, Fence fence)
    {
        using FencedMemory<float> memory = new(length, fence);
        memory.Span.Fill(1);
        Assert.True(memory.CanariesAlive);
        float* start = (float*)memory.Pin().Pointer;
        start[fence == Fence.End ? -1 : length] = 1;
        Assert.False(memory.CanariesAlive);
    }

    [Fact]
    public void AssertIntact_InputWrittenTo_Fails()
    {
        using Fences fences = new(Fence.End);
        Memory<float> input = fences.Input([1f, 2f, 3f], "scores");
        fences.AssertIntact();
        input.Span[1] = 5;
        Assert.Contains("scores: an input was written to", Assert.ThrowsAny<Exception>(fences.AssertIntact).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AssertIntact_OutputNotWritten_NamesTheElement()
    {
        using Fences fences = new(Fence.Start);
        Memory<float> output = fences.Output(3, "weights");
        MemoryMarshal.AsBytes(output.Span[..2]).Clear();
        Assert.Contains("weights[2] of 3 was never written", Assert.ThrowsAny<Exception>(fences.AssertIntact).Message, StringComparison.Ordinal);
        output.Span[2] = 1;
        fences.AssertIntact();
    }
}
