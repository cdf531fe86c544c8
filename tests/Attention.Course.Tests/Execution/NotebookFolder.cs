using System.Diagnostics;
using System.Text.Json.Nodes;
using Attention.Course.Documents;
using Attention.Course.Execution;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Course.Tests.Execution;

/// <summary>A course in a temporary folder, with notebooks that a test writes cell by cell.</summary>
internal sealed class NotebookFolder : IDisposable
{
    public NotebookFolder() => Directory.CreateDirectory(Path);

    private string Root { get; } = Directory.CreateTempSubdirectory("runs-").FullName;

    /// <summary>The folder of the notebooks.</summary>
    public string Path => System.IO.Path.Combine(Root, "notebooks");

    public static Notebook Notebook(params (string Source, string[] Tags)[] cells) => new()
    {
        Cells =
        [
            .. cells.Select((cell, index) => new Cell
            {
                Id = $"cell-{index + 1}",
                Kind = CellKind.Code,
                Source = cell.Source,
                Metadata = cell.Tags.Length == 0 ? [] : new JsonObject { ["tags"] = new JsonArray([.. cell.Tags.Select(tag => (JsonNode)tag)]) },
            }),
        ],
    };

    /// <summary>Writes a notebook of code cells without tags, and gives its path.</summary>
    public string Write(string name, params string[] sources) => Write(name, Notebook([.. sources.Select(source => (source, Array.Empty<string>()))]));

    public string Write(string name, Notebook notebook)
    {
        string path = System.IO.Path.Combine(Path, name + ".ipynb");
        NotebookFile.Write(path, notebook);
        return path;
    }

    public string WriteText(string name, string text)
    {
        string path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Compiles C# to a DLL beside the notebooks.</summary>
    public string WriteLibrary(string path, string code, params string[] references)
    {
        string full = System.IO.Path.Combine(Path, path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        var compilation = CSharpCompilation.Create(
            System.IO.Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(code)],
            [.. FrameworkReferences.All, .. references.Select(FrameworkReferences.Of)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        Assert.Empty(compilation.Emit(full).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return full;
    }

    /// <summary>Runs the course's command line in this folder as a user would, to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    public Process Start(params string[] arguments) => Process.Start(
        new ProcessStartInfo(DotnetHost.Path, ["exec", typeof(CellSession).Assembly.Location, .. arguments])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
