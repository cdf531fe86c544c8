using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks.Tests;

/// <summary>Processes that do not do what they should; played by the shell.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Ask_AProcessThatAnswers_GivesItsLine()
    {
        using Worker worker = Shell("read line; echo \"{\\\"said\\\": \\\"$line\\\"}\"", Patience);
        Assert.Equal("hello", worker.Ask("hello", TestContext.Current.CancellationToken)["said"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("read line; echo early >&2; echo boom >&2; exit 3", "it ended: boom")]
    [InlineData("exit 3", "it ended without a word")]
    [InlineData("echo nonsense", "it said 'nonsense'")]
    [InlineData("echo '[1]'", "it said '[1]'")]
    public void Ask_AProcessThatDoesNot_SaysWhatItDid(string script, string expected)
    {
        using Worker worker = Shell(script, Patience);
        Assert.Equal(expected, Assert.Throws<WorkerException>(() => worker.Ask("hello", TestContext.Current.CancellationToken)).Message);
    }

    [Fact]
    public void Ask_AProcessThatHangs_IsEnded()
    {
        var clock = Stopwatch.StartNew();
        using (Worker worker = Shell("exec sleep 60", TimeSpan.FromSeconds(0.2)))
        {
            Assert.Equal("it did not answer within 0 s, and was ended", Assert.Throws<WorkerException>(() => worker.Ask("hello", TestContext.Current.CancellationToken)).Message);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.1, 9);
    }

    [Fact]
    public async Task Ask_Interrupted_EndsTheProcess()
    {
        using var interruption = new CancellationTokenSource();
        using Worker worker = Shell("exec sleep 60", Patience);
        Task<JsonObject> asked = Task.Run(() => worker.Ask("hello", interruption.Token), TestContext.Current.CancellationToken);
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public void Start_AProgramThatIsNotThere_IsSaid() =>
        Assert.Contains("no-such-program", Assert.Throws<WorkerException>(() => new Worker(new ProcessStartInfo("/no-such-program"), Patience)).Message, StringComparison.Ordinal);

    private static Worker Shell(string script, TimeSpan patience)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "there is no shell to play the processes");
        return new Worker(new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", script } }, patience);
    }
}
