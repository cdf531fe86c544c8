using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Attention.Benchmarks.Tests;

/// <summary>What a reader is told of figures that are good, bad, or were never found.</summary>
public sealed class ComparisonTests
{
    private const string Machine = "A processor; .NET, PyTorch 9; 1 round in turns.";

    private static readonly Peer Torch = new("PyTorch", _ => throw new InvalidOperationException(), "install it");

    [Theory]
    [InlineData(10.0, 12.0, 90.0, nameof(Verdict.Aim))]
    [InlineData(10.0, 11.0, 90.0, nameof(Verdict.Floor))]
    [InlineData(10.0, 10.0, 90.0, nameof(Verdict.Missed))]
    [InlineData(10.0, 12.0, 50.0, nameof(Verdict.Missed))]
    [InlineData(10.0, null, 90.0, nameof(Verdict.None))]
    [InlineData(10.0, null, 50.0, nameof(Verdict.Missed))]
    public void Of_RatioAndShare_IsTheWorse(double ours, double? peer, double gflops, string expected) => Assert.Equal(expected, Findings.Of(Measured(ours, peer, gflops)).ToString());

    [Fact]
    public void Table_RowsBelowTheirFloor_AreShown()
    {
        string table = MarkdownTables.Of([Measured(10, 5, 90)], [Torch], Machine, ["ours: so", "PyTorch 9: thus"], "It was calm.", [], "peers --quick");
        Assert.Contains("| forward | 1 | 10.0 | 5.00 | 0.50 | 90 % | 1.10, 1.20 ×; 80 %, 85 % | **missed** |", table, StringComparison.Ordinal);
        Assert.Contains("- PyTorch 9: thus", table, StringComparison.Ordinal);
        Assert.Contains("Written by `peers --quick`.", table, StringComparison.Ordinal);
        Assert.Contains("whether it did. It was calm.", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_APeerThatFailed_IsNamedWithItsReason()
    {
        Tally tally = Measured(10, null, 90);
        tally.AddPeer("PyTorch", new JsonObject { ["error"] = "it ended: boom" });
        string table = MarkdownTables.Of([tally], [Torch], Machine, [], "", [], "peers");
        Assert.Contains("| forward | 1 | 10.0 | – | – | 90 % |", table, StringComparison.Ordinal);
        Assert.Contains("- forward, 1 thread, PyTorch: it ended: boom", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_TooFewProcessors_NamesTheRowsLeftOut()
    {
        string table = MarkdownTables.Of([], [], Machine, [], "", [new Row("forward", "attention", 64)], "peers");
        Assert.Contains("Left out, for want of processors:", table, StringComparison.Ordinal);
        Assert.Contains("- forward, 64 threads", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Chart_OfComparedRows_IsWellFormedAndHasABarEach()
    {
        string chart = RatioChart.Of([Measured(10, 5, 90), Measured(10, 30, 90)], Machine)!;
        XElement picture = XElement.Parse(chart);
        double[] widths = [.. picture.Elements().Where(element => element.Name.LocalName == "rect" && element.Attribute("x") is not null).Select(bar => (double)bar.Attribute("width")!)];
        Assert.Equal(2, widths.Length);
        Assert.Equal(6, widths[1] / widths[0], 0.01);
        Assert.Null(RatioChart.Of([Measured(10, null, 90)], Machine));
    }

    [Fact]
    public void Page_BetweenItsLines_IsReplacedAndTheRestKept()
    {
        string folder = Directory.CreateTempSubdirectory("attention-page-").FullName;
        try
        {
            string file = Path.Combine(folder, "page.md");
            File.WriteAllText(file, $"before\n{Page.Begin}\nold\n{Page.End}\nafter\n");
            new Page(file).Write("new\n", Path.Combine(folder, "pictures", "peers.svg"));
            string text = File.ReadAllText(file);
            Assert.StartsWith($"before\n{Page.Begin}\n", text, StringComparison.Ordinal);
            Assert.EndsWith($"{Page.End}\nafter\n", text, StringComparison.Ordinal);
            Assert.Contains("](pictures/peers.svg)\n\nnew\n", text, StringComparison.Ordinal);
            Assert.DoesNotContain("old", text, StringComparison.Ordinal);
            Assert.Equal([file], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void TryFolder_AFileInItsPlace_IsSaid()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.StartsWith($"--output: {file} cannot be written into", Assert.Throws<IOException>(() => WholeFile.TryFolder(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A row with both goals, as it was measured; the peak is 100 GFLOP/s.</summary>
    private static Tally Measured(double ours, double? peer, double gflops)
    {
        var tally = new Tally(new Row("forward", "attention", 1) { Request = new JsonObject { ["verb"] = "attention" }, Ratio = new Goal(1.1, 1.2), Share = new Goal(0.8, 0.85) });
        tally.Add(new JsonObject { ["median_ms"] = ours, ["gflops"] = gflops, ["peak_gflops"] = 100.0 });
        if (peer is { } ms)
        {
            tally.AddPeer("PyTorch", new JsonObject { ["way"] = "whole", ["ms"] = ms });
        }

        return tally;
    }
}
