using System.Text.RegularExpressions;
using Attention.Course.Documents;
using Attention.Course.Execution;
using Spectre.Console;

namespace Attention.Course.Tests.Execution;

public sealed class LiveProgressTests : IDisposable
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private readonly StringWriter _screen = new();
    private readonly LiveProgress _progress;

    public LiveProgressTests()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            ColorSystem = ColorSystemSupport.TrueColor,
            Out = new AnsiConsoleOutput(_screen),
        });
        console.Profile.Width = 80;
        _progress = new LiveProgress(console, ["03-1-attention-step-by-step", "04-1-the-formula"]);
    }

    public void Dispose() => _screen.Dispose();

    private static CellRun Run(int count) =>
        new(new Cell { Id = "softmax-in-plain-loops", Kind = CellKind.Code, Source = "" }, count, count, CellStatus.Succeeded, new CellResult([], null, TimeSpan.FromMilliseconds(45)));

    [Fact]
    public async Task WatchAsync_Work_ShowsEveryNotebookInALineOfItsOwn()
    {
        await _progress.WatchAsync(async () =>
        {
            _progress.Started("03-1-attention-step-by-step", 71);
            _progress.CellFinished("03-1-attention-step-by-step", Run(37));
            _progress.CellStarted("03-1-attention-step-by-step", Run(38).Cell);
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            _progress.Finished(new RunOutcome(new NotebookRun("03-1-attention-step-by-step", new Notebook(), [Run(1)], TimeSpan.FromSeconds(2)), []));
            return 0;
        });
        string[] lines = Regex.Replace(_screen.ToString(), @"\e\[[0-9;?]*[A-Za-z]", "").Split('\n', '\r');
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^03-1-attention-step-by-step .* 37/71 .* softmax-in-pl… \d\.\d s"));
        Assert.Contains(lines, line => line.Contains("03-1-attention-step-by-step", StringComparison.Ordinal) && line.Contains("2.0 s", StringComparison.Ordinal) && line.Contains("ok", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    [Fact]
    public async Task WatchAsync_WorkStopped_GivesTheCursorBack()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => _progress.WatchAsync<int>(() => throw new OperationCanceledException()));
        string screen = _screen.ToString();
        Assert.Contains(HideCursor, screen, StringComparison.Ordinal);
        Assert.True(screen.LastIndexOf(ShowCursor, StringComparison.Ordinal) > screen.LastIndexOf(HideCursor, StringComparison.Ordinal));
    }
}
