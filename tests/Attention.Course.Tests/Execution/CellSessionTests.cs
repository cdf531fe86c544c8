using System.Diagnostics;
using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class CellSessionTests
{
    [Fact]
    public async Task RunAsync_VariableFunctionAndType_ServeLaterCells() =>
        Assert.Equal("9", (await Cells.RunAsync("int x = 2;", "int Square(int n) => n * n; record Pair(int A, int B);", "var p = new Pair(Square(x) + 5, x); p.A")).Value());

    [Fact]
    public async Task RunAsync_AfterCellThatThrew_KeepsWhatItDidBefore() =>
        Assert.Equal("5", (await Cells.RunAsync("int x = 1;", "x = 5; int y = 7; throw new Exception(\"no\");", "x")).Value());

    [Fact]
    public async Task RunAsync_AfterCellThatThrew_KnowsItsVariables() =>
        Assert.Equal("7", (await Cells.RunAsync("int y = 7; throw new Exception(\"no\");", "y")).Value());

    [Fact]
    public async Task RunAsync_AfterCellThatDoesNotCompile_KeepsState() =>
        Assert.Equal("1", (await Cells.RunAsync("int x = 1;", "x = nothing;", "x")).Value());

    [Fact]
    public async Task RunAsync_VariableDeclaredAgain_HidesTheFirst() =>
        Assert.Equal("b", (await Cells.RunAsync("var x = 1;", "var x = \"b\";", "x")).Value());

    [Fact]
    public async Task RunAsync_OnlyCommentsOrUsings_ShowNothing()
    {
        Assert.Empty((await Cells.RunAsync("// nothing")).Outputs);
        Assert.Equal("True", (await Cells.RunAsync("using System.IO;", "File.Exists(\"/\") == false")).Value());
    }

    [Theory]
    [InlineData("1 + 1", "2")]
    [InlineData("string s = null; s", "null")]
    [InlineData("await Task.FromResult(3)", "3")]
    public async Task RunAsync_ExpressionAtTheEnd_IsShown(string source, string expected) => Assert.Equal(expected, (await Cells.RunAsync(source)).Value());

    [Theory]
    [InlineData("1 + 1;", "CS0201")]
    [InlineData("var x = 1 + 1;", null)]
    [InlineData("Console.Write(\"\")", null)]
    public async Task RunAsync_NoExpressionAtTheEnd_ShowsNoValue(string source, string? refusal)
    {
        CellResult result = await Cells.RunAsync(source);
        Assert.Equal(refusal, result.Failure?.Name);
        Assert.Empty(result.Outputs.OfType<ResultOutput>());
    }

    [Fact]
    public async Task RunAsync_BareTask_IsNotAwaited()
    {
        long start = Stopwatch.GetTimestamp();
        CellResult result = await Cells.RunAsync("Task.Delay(60_000)");
        Assert.Equal("Task (not awaited)", result.Value());
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 50);
    }

    [Fact]
    public async Task RunAsync_ConsoleAndDisplays_KeepTheirOrder()
    {
        CellResult result = await Cells.RunAsync("""
            Console.Write("a");
            Console.Write('b');
            Console.WriteLine(1);
            Console.Error.WriteLine("e");
            "d".Display();
            Console.WriteLine("c");
            "r"
            """);
        Assert.Equal(["stdout:ab1\n", "stderr:e\n", "display:d", "stdout:c\n", "result:r"], result.Sketch());
    }

    [Fact]
    public async Task RunAsync_ConsoleOfOtherThreads_IsTheCells()
    {
        CellResult result = await Cells.RunAsync("""
            using System.Threading;
            var thread = new Thread(() => Console.Write("thread "));
            thread.Start();
            thread.Join();
            await Task.Run(() => Console.Write("task "));
            Parallel.For(0, 100, _ => Console.Write("x"));
            """);
        Assert.Equal("thread task " + new string('x', 100), result.Text());
    }

    [Fact]
    public async Task RunAsync_TwoSessionsAtOnce_KeepTheirOutputsApart()
    {
        const string source = "for (int i = 0; i < 200; i++) { Console.Write(letter); await Task.Yield(); }";
        CellResult[] results = await Task.WhenAll(Cells.RunAsync("var letter = 'a';", source), Cells.RunAsync("var letter = 'b';", source));
        Assert.Equal([new string('a', 200), new string('b', 200)], results.Select(result => result.Text()));
    }

    [Fact]
    public async Task RunAsync_WindowsLineEndings_BecomeNewLines() => Assert.Equal("a\nb\n", (await Cells.RunAsync("Console.Write(\"a\\r\\n\"); Console.Write(\"b\\r\"); Console.Write(\"\\n\");")).Text());

    [Fact]
    public async Task RunAsync_NumbersInAnyCulture_AreInvariant()
    {
        System.Globalization.CultureInfo.CurrentCulture = new("de-DE");
        CellResult result = await Cells.RunAsync("Console.Write($\"{1.5} \"); await Task.Run(() => Console.Write(2.5)); 3.5");
        Assert.Equal("1.5 2.5", result.Text());
        Assert.Equal("3.5", result.Value());
    }

    [Fact]
    public async Task RunAsync_DisplayUpdated_ShowsTheNewValueInTheOldPlace() =>
        Assert.Equal(["display:2", "stdout:x"], (await Cells.RunAsync("var d = 1.Display(); Console.Write(\"x\"); d.Update(2);")).Sketch());

    [Fact]
    public async Task RunAsync_DisplayAtTheEnd_IsShownOnce() => Assert.Equal(["display:1"], (await Cells.RunAsync("1.Display()")).Sketch());

    [Fact]
    public async Task RunAsync_Html_IsShownAsHtml()
    {
        var shown = Assert.IsType<ResultOutput>(Assert.Single((await Cells.RunAsync("HTML(\"<b>1</b>\")")).Outputs));
        Assert.Equal("""{"text/html":"<b>1</b>"}""", shown.Data.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public async Task RunAsync_MoreOutputThanTheLimit_FailsWithOneSentence()
    {
        await using var session = new CellSession(Path.GetTempPath(), outputLimit: 2_000_000);
        CellResult result = await session.RunAsync("while (true) Console.WriteLine(new string('x', 1000));");
        Assert.Equal(FailureKind.TooMuchOutput, result.Failure!.Kind);
        Assert.Equal("the cell showed more than 2 MB, which is more than a notebook can hold", result.Failure.Message);
    }

    [Fact]
    public async Task RunAsync_ValueLargerThanTheLimit_FailsToo()
    {
        await using var session = new CellSession(Path.GetTempPath(), outputLimit: 1000);
        Assert.Equal(FailureKind.TooMuchOutput, (await session.RunAsync("new string('x', 1001)")).Failure!.Kind);
        Assert.Null((await session.RunAsync("new string('x', 900)", "new string('x', 900)")).Failure);
    }

    [Fact]
    public async Task RunAsync_CellThatSetsTheConsole_LeavesTheNextCellItsOwn() =>
        Assert.Equal("seen", (await Cells.RunAsync("Console.SetOut(System.IO.TextWriter.Null); Console.Write(\"lost\");", "Console.Write(\"seen\");")).Text());

    [Fact]
    public async Task Fork_VariablesChangedInTheFork_StayInTheOrigin()
    {
        await using var session = new CellSession(Path.GetTempPath());
        await session.RunAsync("int x = 1; int Twice() => 2 * x;", "int y = 10;");
        await using CellSession fork = session.Fork();
        Assert.Equal("84", (await fork.RunAsync("x = 42; y = 0;", "Twice() + y")).Value());
        Assert.Equal("12", (await session.RunAsync("Twice() + y")).Value());
    }

    [Fact]
    public async Task Fork_CellsRunInTheFork_AreUnknownToTheOrigin()
    {
        await using var session = new CellSession(Path.GetTempPath());
        await session.RunAsync("int x = 1;");
        await using CellSession fork = session.Fork();
        await fork.RunAsync("int onlyHere = 2;");
        Assert.Equal("CS0103", (await session.RunAsync("onlyHere")).Failure!.Name);
        Assert.Equal("3", (await session.RunAsync("int onlyHere = 3; onlyHere")).Value());
    }

    [Fact]
    public async Task RunAsync_HundredCells_StayFast()
    {
        await using var session = new CellSession(Path.GetTempPath());
        await session.RunAsync("int x = 0;", "x++;");
        long start = Stopwatch.GetTimestamp();
        for (int number = 3; number <= 102; number++)
            await session.RunAsync(new CellCode(number, $"int y{number} = x++; y{number}"), TestContext.Current.CancellationToken);
        Assert.Equal("101", (await session.RunAsync("x")).Value());
        // The limit is 60 ms a cell; ten times that only says that nothing grows with the square of the cells.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds / 100, 0, 600);
    }
}
