using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>A process that measures what it is asked to: one request per line in, one line of JSON out. While it is not asked it sleeps, so that others can be measured.</summary>
internal sealed class Worker : IDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Task<string> _complaints;
    private readonly TimeSpan _patience;

    /// <param name="start">What to start.</param>
    /// <param name="patience">How long one answer may take.</param>
    /// <exception cref="WorkerException">It did not start.</exception>
    internal Worker(ProcessStartInfo start, TimeSpan patience)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _patience = patience;
        try
        {
            _process = Process.Start(start) ?? throw new WorkerException($"{start.FileName} did not start");
        }
        catch (Win32Exception missing)
        {
            throw new WorkerException(missing.Message);
        }

        _complaints = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line of JSON that it says.</summary>
    /// <exception cref="WorkerException">It ended instead, said nothing for too long, or said something else.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more; the process is gone.</exception>
    internal JsonObject Hear(CancellationToken cancellation)
    {
        string? line;
        try
        {
            line = _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(_patience, cancellation).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            Kill();
            throw new WorkerException($"it did not answer within {_patience.TotalSeconds:F0} s, and was ended");
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }

        // An interrupt from the keyboard reaches the process too, which may end before we hear of it.
        cancellation.ThrowIfCancellationRequested();
        return line is null ? throw new WorkerException($"it ended{LastWords()}") : Parsed(line) ?? throw new WorkerException($"it said '{line}'");
    }

    /// <summary>Asks, and waits for the answer.</summary>
    internal JsonObject Ask(string request, CancellationToken cancellation)
    {
        try
        {
            _process.StandardInput.WriteLine(request);
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It ended before; what follows says why.
        }

        return Hear(cancellation);
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended with a request unread.
        }

        if (!_process.WaitForExit(Farewell))
        {
            Kill();
        }

        _process.Dispose();
    }

    private static JsonObject? Parsed(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }

    private string LastWords()
    {
        string[] said = _complaints.Wait(Farewell) ? _complaints.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : [];
        return said.Length > 0 ? $": {said[^1]}" : " without a word";
    }
}
