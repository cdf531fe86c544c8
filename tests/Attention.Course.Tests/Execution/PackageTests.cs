using System.Diagnostics;
using System.IO.Compression;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

/// <summary>Packages come from a feed in a folder, which the NuGet.Config beside the notebooks names: no test asks a registry.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly NotebookFolder _folder = new();
    private readonly string _package = $"Tiny.{Guid.NewGuid():N}";

    public PackageTests()
    {
        string assembly = _folder.WriteLibrary($"{_package}.dll", "public static class Packed { public static int N => 11; }");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "feed"));
        using (ZipArchive archive = ZipFile.Open(Path.Combine(_folder.Path, "feed", $"{_package}.1.2.0.nupkg"), ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(assembly, $"lib/net8.0/{_package}.dll");
            using var nuspec = new StreamWriter(archive.CreateEntry($"{_package}.nuspec").Open());
            nuspec.Write($"<package><metadata><id>{_package}</id><version>1.2.0</version><authors>tests</authors><description>tiny</description></metadata></package>");
        }

        File.Delete(assembly);
        _folder.WriteText("NuGet.Config", $"""
            <configuration>
              <packageSources><clear /><add key="tests" value="{Path.Combine(_folder.Path, "feed")}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder.Path, "packages")}" /></config>
            </configuration>
            """);
    }

    public void Dispose()
    {
        _folder.Dispose();
        string remembered = Path.Combine(Packages.Cache, _package.ToLowerInvariant());
        if (Directory.Exists(remembered))
            Directory.Delete(remembered, recursive: true);
    }

    private async Task<NotebookRun> RunAsync(params (string Source, string[] Tags)[] cells)
    {
        await using var session = new CellSession(_folder.Path);
        return await NotebookRunner.RunAsync(NotebookFolder.Notebook(cells), "n", session, NotebookRunner.Silent, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Nuget_PackageOfTheUsersFeed_IsRestoredAndServesLaterCells()
    {
        await using var session = new CellSession(_folder.Path);
        Assert.Null((await session.RunAsync($"#r \"nuget: {_package}, 1.2.0\"\nConsole.Write(Packed.N);")).Failure);
        Assert.Equal("11", (await session.RunAsync("Packed.N")).Value());
    }

    [Fact]
    public async Task Nuget_RestoredOnce_AsksNobodyAgain()
    {
        await using (var first = new CellSession(_folder.Path))
            Assert.Equal("11", (await first.RunAsync($"#r \"nuget:{_package},1.2.0\"\nPacked.N")).Value());
        Directory.Delete(Path.Combine(_folder.Path, "feed"), recursive: true);
        await using var second = new CellSession(_folder.Path);
        Assert.Equal("11", (await second.RunAsync($"#r \"nuget:{_package},1.2.0\"\nPacked.N")).Value());
    }

    [Fact]
    public async Task Nuget_PackageAlreadyReferencedAsAFile_RunsWithTheFile()
    {
        _folder.WriteLibrary($"{_package}.dll", "public static class Packed { public static int N => 5; }");
        await using var session = new CellSession(_folder.Path);
        Assert.Equal("5", (await session.RunAsync($"#r \"{_package}.dll\"\nPacked.N", $"#r \"nuget: {_package}, 1.2.0\"\nPacked.N")).Value());
    }

    [Fact]
    public async Task Nuget_NoVersion_TakesTheNewest()
    {
        await using var session = new CellSession(_folder.Path);
        Assert.Equal("11", (await session.RunAsync($"#r \"nuget: {_package}\"\nPacked.N")).Value());
    }

    [Fact]
    public async Task Nuget_UnknownPackage_FailsInTimeWithNugetsReason()
    {
        await using var session = new CellSession(_folder.Path);
        long start = Stopwatch.GetTimestamp();
        CellFailure failure = (await session.RunAsync("// first\n#r \"nuget: No.Such.Package, 9.9.9\"")).Failure!;
        Assert.Equal((FailureKind.Package, 2), (failure.Kind, failure.Line));
        Assert.StartsWith("package No.Such.Package 9.9.9 could not be restored: NU1101: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), failure.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 70);
    }

    [Theory]
    [InlineData("nuget: ../../etc")]
    [InlineData("nuget: A\\\" Version=\\\"1")]
    [InlineData("nuget:")]
    public async Task Nuget_WhatIsNoPackageName_IsRefused(string reference)
    {
        await using var session = new CellSession(_folder.Path);
        Assert.NotNull((await session.RunAsync($"#r \"{reference}\"")).Failure);
    }

    [Fact]
    public async Task RunAsync_PackageMissingInCellsThatNeedIt_SkipsThemAndSaysWhy()
    {
        NotebookRun run = await RunAsync(
            ("#r \"nuget: No.Such.Package, 9.9.9\"", ["needs-nuget"]),
            ("NoSuchType.Use()", ["needs-nuget"]),
            ("1 + 1", []));
        Assert.True(run.Succeeded);
        Assert.Equal([CellStatus.Skipped, CellStatus.Skipped, CellStatus.Succeeded], run.Cells.Select(cell => cell.Status));
        Assert.All(run.Cells.Take(2), cell => Assert.StartsWith("package No.Such.Package 9.9.9 could not be restored: ", cell.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_PackageMissingInAnOrdinaryCell_Fails()
    {
        NotebookRun run = await RunAsync(("#r \"nuget: No.Such.Package, 9.9.9\"", []), ("1", []));
        Assert.Equal(FailureKind.Package, run.Failed!.Result.Failure!.Kind);
        Assert.Single(run.Cells);
    }

    [Fact]
    public async Task RunAsync_PackageThere_RunsTheCellsThatNeedIt()
    {
        NotebookRun run = await RunAsync(($"#r \"nuget: {_package}, 1.2.0\"\nPacked.N", ["needs-nuget"]), ("Packed.N + nothing", ["needs-nuget"]));
        Assert.Equal([CellStatus.Succeeded, CellStatus.Failed], run.Cells.Select(cell => cell.Status));
    }
}
