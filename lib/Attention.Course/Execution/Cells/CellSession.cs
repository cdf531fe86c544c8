using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>
/// One notebook's state in this process: run cells one after the other, and fork to try a variation without running again what came before.
/// A cell that ends or hangs the process does so to its owner, too; <see cref="CellProcess"/> is the wall against that.
/// </summary>
internal sealed class CellSession : ICellRunner
{
    /// <summary>More than this in one cell is no notebook any more.</summary>
    public const long OutputLimit = 100_000_000;

    private readonly string _folder;
    private readonly CellAssemblies _assemblies;
    private readonly CellCompiler _compiler;
    private readonly OutputRecorder _recorder;
    private object?[] _submissions;
    private int _count;

    /// <param name="folder">The notebook's folder: what #r, #load and files that a cell opens are relative to.</param>
    /// <param name="outputLimit">How many characters a cell may show.</param>
    public CellSession(string folder, long outputLimit = OutputLimit)
    {
        _folder = Path.GetFullPath(folder);
        _assemblies = new CellAssemblies();
        _compiler = new CellCompiler(_folder, _assemblies);
        _recorder = new OutputRecorder(outputLimit);
        _submissions = new object?[64];
    }

    private CellSession(CellSession origin)
    {
        _folder = origin._folder;
        _assemblies = origin._assemblies;
        _compiler = origin._compiler.Fork();
        _recorder = new OutputRecorder(OutputLimit);
        _submissions = Submissions.Copy(origin._submissions);
        _count = origin._count;
    }

    /// <summary>Where the cells' outputs gather.</summary>
    public OutputRecorder Recorder => _recorder;

    /// <summary>
    /// A session that goes on from this state: it has copies of the variables of all cells so far, and both go separate ways.
    /// What the variables refer to is shared.
    /// </summary>
    public CellSession Fork() => new(this);

    /// <summary>Runs a cell; the state survives one that fails.</summary>
    public async Task<CellResult> RunAsync(CellCode cell, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CellConsole.Redirect(_recorder);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        long start = Stopwatch.GetTimestamp();
        ResultOutput? result = null;
        CellFailure? failure = null;
        ErrorOutput? error = null;
        try
        {
            foreach (CellPart part in CellParts.Of(cell.Source, cell.Language))
                result = await RunAsync(part, cell.Number, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a cell throws is what became of it, and is reported as such.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            (failure, error) = Failures.Of(exception, cell, _assemblies, _folder);
        }

        List<Output> outputs = _recorder.Take();
        if (error is not null)
            outputs.Add(error);
        else if (result is not null)
            outputs.Add(result);
        return new CellResult(outputs, failure, Stopwatch.GetElapsedTime(start));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<ResultOutput?> RunAsync(CellPart part, int number, CancellationToken cancellation)
    {
        if (part.Language != "csharp")
        {
            _recorder.Display(new JsonObject { [part.Language == "html" ? "text/html" : "text/markdown"] = part.Code.TrimStart('\n') });
            return null;
        }

        string code = await ReferenceAsync(part.Code, cancellation);
        long start = Stopwatch.GetTimestamp();
        CompiledCell compiled = _compiler.Compile(code, $"cell {number}");
        _count++;
        if (_submissions.Length < _count + 2)
            Array.Resize(ref _submissions, _submissions.Length * 2);
        // On its own thread, so that a cell that blocks does not hold up its owner.
        object? value = await Task.Run(() => compiled.Run(_submissions), CancellationToken.None);
        if (part.IsTimed)
            _recorder.Write("stdout", string.Create(CultureInfo.InvariantCulture, $"Wall time: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms\n"));
        // What Display returns is a handle to what is shown already.
        if (value is DisplayedValue || (value is null && !compiled.EndsInValue()))
            return null;
        JsonObject data = ValueFormatter.Format(value);
        _recorder.Count(data);
        return new ResultOutput(data, [], null);
    }

    /// <summary>Finds what the #r directives name, restores packages, and returns the code without the directives for packages.</summary>
    private async Task<string> ReferenceAsync(string code, CancellationToken cancellation)
    {
        if (!code.Contains("#r", StringComparison.Ordinal))
            return code;
        foreach (var (line, reference, span) in CellCompiler.Directives(code))
        {
            if (PackageName.Parse(reference) is { } package)
            {
                _compiler.Add(await Packages.RestoreAsync(package, _folder, line, cancellation));
                code = code.Remove(span.Start, span.Length).Insert(span.Start, new string(' ', span.Length));
            }
            else if (!_compiler.CanFind(reference))
            {
                throw new CellRefusedException(line, $"there is no file {reference} seen from the notebook's folder; build first: dotnet build");
            }
        }

        return code;
    }
}
