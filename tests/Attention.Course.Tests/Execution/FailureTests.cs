using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class FailureTests
{
    private static ErrorOutput Error(CellResult result) => Assert.IsType<ErrorOutput>(result.Outputs[^1]);

    [Fact]
    public async Task RunAsync_Exception_NamesTypeMessageAndCellLines()
    {
        CellResult result = await Cells.RunAsync(
            """
            int Inner(int n)
            {
                if (n > 2)
                    throw new ArgumentException("too large");
                return n;
            }
            """,
            """
            int Outer(int n) =>
                Inner(n);
            var a = Outer(1);
            var b = Outer(3);
            """);
        Assert.Equal((FailureKind.Exception, "ArgumentException", "too large"), (result.Failure!.Kind, result.Failure.Name, result.Failure.Message));
        ErrorOutput error = Error(result);
        Assert.Equal(("ArgumentException", "too large"), (error.Name, error.Message));
        Assert.Equal(
            [
                "ArgumentException: too large",
                "   at Inner, cell 1, line 4",
                "   at Outer, cell 2, line 2",
                "   at cell 2, line 4",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task RunAsync_ExceptionInAnotherCellsFunction_PointsAtTheLineOfThisCell() =>
        Assert.Equal(2, (await Cells.RunAsync("\n\n\n\nvoid Throw() => throw new Exception(\"x\");", "int a = 1;\nThrow();")).Failure!.Line);

    [Fact]
    public async Task RunAsync_ExceptionInLambdaLocalFunctionAndAsync_NamesThem()
    {
        CellResult result = await Cells.RunAsync("""
            class Model
            {
                public Model() => throw new InvalidOperationException("deep");
            }
            async Task<int> TrainAsync()
            {
                await Task.Yield();
                Func<int> step = () =>
                {
                    _ = new Model();
                    return 1;
                };
                int Local() => step();
                return Local();
            }
            await TrainAsync()
            """);
        Assert.Equal(
            [
                "InvalidOperationException: deep",
                "   at Model.constructor, cell 1, line 3",
                "   at a lambda, cell 1, line 10",
                "   at Local, cell 1, line 13",
                "   at TrainAsync, cell 1, line 14",
                "   at cell 1, line 16",
            ],
            Error(result).Traceback);
    }

    [Fact]
    public async Task RunAsync_InnerExceptions_AreToldWithTheirLines()
    {
        CellResult result = await Cells.RunAsync("""
            try
            {
                throw new FormatException("inner");
            }
            catch (Exception e)
            {
                throw new InvalidOperationException("outer", e);
            }
            """);
        Assert.Equal(
            ["InvalidOperationException: outer", "   at cell 1, line 7", "caused by FormatException: inner", "   at cell 1, line 3"],
            Error(result).Traceback);
    }

    [Fact]
    public async Task RunAsync_ExceptionFromTheFramework_KeepsOnlyTheCellsFrames()
    {
        CellResult result = await Cells.RunAsync("int.Parse(\"x\")");
        Assert.Equal(["FormatException: The input string 'x' was not in a correct format.", "   at cell 1, line 1"], Error(result).Traceback);
    }

    [Fact]
    public async Task RunAsync_ExceptionWithPathOfTheMachine_ShowsItRelative()
    {
        using var folder = new NotebookFolder();
        await using var session = new CellSession(folder.Path);
        CellResult result = await session.RunAsync($"throw new Exception(\"no {folder.Path}/data/x.txt, no {Path.GetDirectoryName(folder.Path)}/y\");");
        Assert.Equal("no data/x.txt, no ../y", result.Failure!.Message);
        Assert.DoesNotContain(Path.GetTempPath(), string.Concat(Error(result).Traceback), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_WhatWasShownBeforeTheException_Stays() =>
        Assert.Equal(["stdout:before", "error:Exception"], (await Cells.RunAsync("Console.Write(\"before\"); throw new Exception();")).Sketch());

    [Fact]
    public async Task RunAsync_CompileError_SaysLineColumnMessageAndSource()
    {
        CellResult result = await Cells.RunAsync("int rows = 2;\nint columns = 3;\nint product = rows * colums;\nproduct");
        CellFailure failure = result.Failure!;
        Assert.Equal((FailureKind.Compilation, "CS0103", 3, 22, 6), (failure.Kind, failure.Name, failure.Line, failure.Column, failure.Length));
        Assert.Equal(
            [
                "line 3, column 22: CS0103: The name 'colums' does not exist in the current context",
                "  1 | int rows = 2;",
                "  2 | int columns = 3;",
                "> 3 | int product = rows * colums;",
                "    |                      ^^^^^^",
                "  4 | product",
            ],
            Error(result).Traceback);
    }

    [Fact]
    public async Task RunAsync_SeveralCompileErrors_AllStandInTheTraceback() =>
        Assert.Equal(2, Error(await Cells.RunAsync("a;\nb;")).Traceback.Count(line => line.Contains("CS0103", StringComparison.Ordinal)));

    [Theory]
    [InlineData("#!fsharp\nlet x = 1", "#!fsharp changes to a language that does not run here; this course runs C# cells", 1)]
    [InlineData("1\n#!nonsense", "#!nonsense is not supported here; #!csharp, #!markdown, #!html and #!time are", 2)]
    [InlineData("#!import \"x.ipynb\"", "#!import is not supported here; #load runs another file of C#", 1)]
    [InlineData("1\n#i \"nuget:https://example.org\"", "#i is not supported here; packages come from the sources of your NuGet configuration", 2)]
    [InlineData("#!share --from fsharp x", "#!share hands values to another kernel, and there is none here; this course runs C# cells", 1)]
    public async Task RunAsync_MagicOfAnotherHost_IsRefusedWithASentence(string source, string sentence, int line)
    {
        CellFailure failure = (await Cells.RunAsync(source)).Failure!;
        Assert.Equal((FailureKind.Refused, sentence, line), (failure.Kind, failure.Message, failure.Line));
    }

    [Fact]
    public async Task RunAsync_MagicsThatSwitch_ShowEachPartInOrder()
    {
        CellResult result = await Cells.RunAsync("#!csharp\nConsole.Write(1);\n#!markdown\n# Title\n#!html\n<b>x</b>\n#!csharp\n2");
        Assert.Equal(["stdout:1", "display:# Title", "display:<b>x</b>", "result:2"], result.Sketch());
        Assert.Equal(["text/markdown", "text/html"], result.Outputs.OfType<DisplayOutput>().Select(display => display.Data.First().Key));
    }

    [Fact]
    public async Task RunAsync_ErrorAfterAMagic_CountsTheCellsLines() =>
        Assert.Equal(4, (await Cells.RunAsync("#!markdown\ntext\n#!csharp\nwrong")).Failure!.Line);

    [Fact]
    public async Task RunAsync_TimeMagic_SaysHowLongItTook() => Assert.Matches(@"^Wall time: \d+\.\d ms\n$", (await Cells.RunAsync("#!time\nvar x = 1;")).Text());

    [Fact]
    public async Task RunAsync_CellOfAnotherLanguage_IsRefused()
    {
        await using var session = new CellSession(Path.GetTempPath());
        CellResult result = await session.RunAsync(new CellCode(1, "let x = 1", "fsharp"), TestContext.Current.CancellationToken);
        Assert.Equal("this course runs C# cells, and this one is fsharp", result.Failure!.Message);
    }
}
