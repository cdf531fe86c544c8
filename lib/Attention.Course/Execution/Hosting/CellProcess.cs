using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Execution;

/// <summary>
/// A notebook's own process, seen from the runner. Whatever a cell does to its process (ends it, overflows its stack, hangs it) is reported as
/// what became of the cell, and the process ends with the runner.
/// </summary>
internal sealed class CellProcess : ICellRunner
{
    private const int KeptErrorText = 4096;

    private readonly TimeSpan _timeout;
    private readonly NamedPipeServerStream _pipe;
    private readonly Process _process;
    private readonly Task<string> _errorText;
    private readonly Task<(StreamReader Reader, StreamWriter Writer)?> _connected;
    private readonly CancellationTokenSource _ended = new();
    private int _isDisposed;

    private CellProcess(string folder, TimeSpan timeout)
    {
        _timeout = timeout;
        // A pipe is a file with a long folder on some machines, and its path has a limit.
        string pipeName = $"course-{Guid.NewGuid():N}"[..24];
        _pipe = new NamedPipeServerStream(
            pipeName, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        var start = new ProcessStartInfo(DotnetHost.Path, ["exec", typeof(CellProcess).Assembly.Location, HostVerb, pipeName, folder])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _ended.Cancel();
        if (_process.HasExited)
            _ended.Cancel();
        // Native code and the runtime itself write past the console that cells have; the beginning tells why a process died.
        _ = BeginningOfAsync(_process.StandardOutput);
        _errorText = BeginningOfAsync(_process.StandardError);
        _connected = ConnectAsync();
    }

    /// <summary>The hidden verb with which this program becomes a notebook's process.</summary>
    public const string HostVerb = "serve-cells";

    /// <summary>Starts a process for a notebook in a folder; it gets ready while the caller goes on.</summary>
    /// <param name="folder">The notebook's folder.</param>
    /// <param name="timeout">How long a cell may take.</param>
    public static CellProcess Start(string folder, TimeSpan timeout) => new(Path.GetFullPath(folder), timeout);

    public async Task<CellResult> RunAsync(CellCode cell, CancellationToken cancellation)
    {
        var connected = await _connected.WaitAsync(cancellation);
        long start = Stopwatch.GetTimestamp();
        if (connected is not { } wire)
            return await DiedAsync(cell, start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
        limit.CancelAfter(_timeout);
        try
        {
            await wire.Writer.WriteLineAsync(CellMessages.Of(cell).ToJsonString().AsMemory(), limit.Token);
            if (await wire.Reader.ReadLineAsync(limit.Token) is not { } line)
                return await DiedAsync(cell, start);
            JsonNode answer = JsonNode.Parse(line)!;
            if (answer["overflow"] is null)
                return CellMessages.ReadResult(answer);
            await KillAsync();
            return Failed(FailureKind.TooMuchOutput, "TooMuchOutput", new OutputLimitException(CellSession.OutputLimit).Message, start);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            if (_ended.IsCancellationRequested)
                return await DiedAsync(cell, start);
            await KillAsync();
            string seconds = _timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            return Failed(FailureKind.Timeout, "Timeout", $"the cell ran longer than {seconds} s and was stopped (--timeout sets the limit)", start);
        }
        catch (IOException)
        {
            return await DiedAsync(cell, start);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        await KillAsync();
        await _connected;
        await _pipe.DisposeAsync();
        // Not _ended: the event that cancels it may come late, and it holds nothing that needs an end.
        _process.Dispose();
    }

    private async Task<(StreamReader Reader, StreamWriter Writer)?> ConnectAsync()
    {
        try
        {
            await _pipe.WaitForConnectionAsync(_ended.Token);
            var reader = new StreamReader(_pipe);
            // Its first word says that it is warm: from then on a cell's time is the cell's.
            return await reader.ReadLineAsync(_ended.Token) is null ? null : (reader, new StreamWriter(_pipe) { AutoFlush = true });
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    private async Task<CellResult> DiedAsync(CellCode cell, long start)
    {
        // Its pipe may close a moment before it ends; only then does it have an exit code of its own.
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        await KillAsync();
        // A process that the cell set free may hold the stream open for ever.
        await Task.WhenAny(_errorText, Task.Delay(TimeSpan.FromSeconds(1)));
        string error = _errorText.IsCompletedSuccessfully ? await _errorText : "";
        string reason = error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["Process terminated.", var why, ..] => why,
            [var first, ..] => first,
            [] => string.Create(CultureInfo.InvariantCulture, $"exit code {_process.ExitCode}"),
        };
        return Failed(
            FailureKind.ProcessEnded, "ProcessEnded", $"the process ended while running cell {cell.Number} ({reason.TrimEnd('.', ':')})", start, error);
    }

    private static CellResult Failed(FailureKind kind, string name, string message, long start, string detail = "") => new(
        [new ErrorOutput(name, message, [message])], new CellFailure(kind, name, message, Detail: detail), Stopwatch.GetElapsedTime(start));

    private static async Task<string> BeginningOfAsync(StreamReader reader)
    {
        var kept = new StringBuilder();
        char[] buffer = new char[1024];
        for (int read; (read = await reader.ReadAsync(buffer)) > 0;)
            kept.Append(buffer, 0, Math.Min(read, KeptErrorText - kept.Length));
        return kept.ToString();
    }
}
