using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>A process that measures what it is asked to: one request per line in, one line of JSON out. While it is not asked it sleeps, so that others can be measured.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _complaints;

    internal Worker(ProcessStartInfo start)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
        _complaints = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The next line of JSON that it says.</summary>
    /// <exception cref="InvalidOperationException">It ended instead; the message is the last that it said.</exception>
    internal JsonObject Hear()
    {
        string? line = _process.StandardOutput.ReadLine();
        if (line is null)
        {
            string[] said = _complaints.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            throw new InvalidOperationException(said.Length > 0 ? said[^1] : "it ended without a word");
        }

        return JsonNode.Parse(line)!.AsObject();
    }

    /// <summary>Asks, and waits for the answer.</summary>
    internal JsonObject Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return Hear();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
