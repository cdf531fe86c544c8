using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class ReferenceTests : IAsyncLifetime
{
    private readonly NotebookFolder _folder = new();
    private readonly CellSession _session;

    public ReferenceTests() => _session = new CellSession(_folder.Path);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Reference_RelativeDll_IsLoadedFromTheNotebooksFolder()
    {
        _folder.WriteLibrary("../lib/bin/Tiny.dll", "public static class Tiny { public static int Answer => 42; }");
        Assert.Equal("42", (await _session.RunAsync("#r \"../lib/bin/Tiny.dll\"\nTiny.Answer")).Value());
    }

    [Fact]
    public async Task Reference_LibraryOfThisProgramsOwnName_IsTheFileNamed()
    {
        _folder.WriteLibrary("Attention.Lab.dll", "public static class Planted { public static string Where => \"the named file\"; }");
        CellResult result = await _session.RunAsync("#r \"Attention.Lab.dll\"\nPlanted.Where");
        Assert.Equal("the named file", result.Value());
    }

    [Fact]
    public async Task Reference_DependencyBesideTheDll_IsFound()
    {
        string inner = _folder.WriteLibrary("lib/Inner.dll", "public class Inner { public int N = 7; }");
        _folder.WriteLibrary("lib/Outer.dll", "public static class Outer { public static Inner Make() => new(); }", inner);
        Assert.Equal("7", (await _session.RunAsync("#r \"lib/Outer.dll\"", "Outer.Make().N")).Value());
    }

    [Fact]
    public async Task Reference_MissingDll_SaysBuildFirst()
    {
        CellFailure failure = (await _session.RunAsync("\n#r \"../lib/bin/Attention.Lab.dll\"")).Failure!;
        Assert.Equal("there is no file ../lib/bin/Attention.Lab.dll seen from the notebook's folder; build first: dotnet build", failure.Message);
        Assert.Equal(2, failure.Line);
    }

    [Fact]
    public async Task Reference_MissingAtFirst_WorksOnceTheFileIsThere()
    {
        const string cell = "#r \"Late.dll\"\nLate.N";
        Assert.Equal(FailureKind.Refused, (await _session.RunAsync(cell)).Failure!.Kind);
        _folder.WriteLibrary("Late.dll", "public static class Late { public const int N = 3; }");
        Assert.Equal("3", (await _session.RunAsync(cell)).Value());
    }

    [Fact]
    public async Task Reference_NotAnAssembly_IsOneSentenceWithoutAPath()
    {
        _folder.WriteText("text.dll", "no assembly");
        CellFailure failure = (await _session.RunAsync("#r \"text.dll\"")).Failure!;
        Assert.Equal("CS0009", failure.Name);
        Assert.DoesNotContain(_folder.Path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_SecondDllOfTheSameName_IsIgnored()
    {
        _folder.WriteLibrary("one/Same.dll", "public static class Same { public static int N => 1; }");
        _folder.WriteLibrary("two/Same.dll", "public static class Same { public static int N => 2; }");
        Assert.Equal("1", (await _session.RunAsync("#r \"one/Same.dll\"", "#r \"two/Same.dll\"", "Same.N")).Value());
    }

    [Fact]
    public async Task Reference_AssemblyOfTheFramework_IsFoundByName() =>
        Assert.Equal("{}", (await _session.RunAsync("#r \"System.Text.Json\"\nnew System.Text.Json.Nodes.JsonObject().ToJsonString()")).Value());

    [Fact]
    public async Task Reference_WhileTheNotebookRuns_TheFileCanBeReplaced()
    {
        string path = _folder.WriteLibrary("Held.dll", "public static class Held { public static int N => 1; }");
        Assert.Equal("1", (await _session.RunAsync("#r \"Held.dll\"", "Held.N")).Value());
        using FileStream exclusive = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal("1", (await _session.RunAsync("Held.N")).Value());
    }

    [Fact]
    public async Task Reference_ExceptionInsideTheDll_NamesTheCellsLineOnly()
    {
        _folder.WriteLibrary("Throws.dll", "public static class Throws { public static int Now() => throw new System.Exception(\"inside\"); }");
        CellResult result = await _session.RunAsync("#r \"Throws.dll\"\n\nThrows.Now()");
        Assert.Equal(("inside", 3), (result.Failure!.Message, result.Failure.Line));
    }

    [Fact]
    public async Task Load_RelativeFile_RunsInThisCell()
    {
        _folder.WriteText("data/shared.csx", "int Shared(int n) => n + 1;");
        Assert.Equal("3", (await _session.RunAsync("#load \"data/shared.csx\"\nShared(1) + 1")).Value());
    }

    [Fact]
    public async Task Load_ErrorInTheFile_NamesTheFileAndItsLine()
    {
        _folder.WriteText("wrong.csx", "int ok = 1;\nint bad = nothing;");
        CellFailure failure = (await _session.RunAsync("#load \"wrong.csx\"")).Failure!;
        Assert.StartsWith("wrong.csx, line 2, column 11: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MissingFile_IsRefused() => Assert.Equal("CS1504", (await _session.RunAsync("#load \"none.csx\"")).Failure!.Name);
}
