using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>A library that others use, where it is installed.</summary>
/// <param name="Name">PyTorch, ONNX Runtime.</param>
/// <param name="Start">How to start it on so many threads.</param>
/// <param name="Install">The lines that install it.</param>
/// <param name="Lacks">The verbs that it has nothing for.</param>
internal sealed record Peer(string Name, Func<int, ProcessStartInfo> Start, string Install, params string[] Lacks)
{
    /// <summary>The name that it gives itself, with its version; null where it is not installed.</summary>
    internal string? Version { get; private set; }

    /// <summary>How it says that it runs, T standing for the threads of a row.</summary>
    internal string? Settings { get; private set; }

    /// <summary>Whether there is something to ask it about this row.</summary>
    internal bool Takes(Row row) => row.Request is { } request && !Lacks.Contains(request["verb"]!.GetValue<string>());

    /// <summary>Whether it answers at all.</summary>
    /// <param name="say">Where a reader learns how to install it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal bool Installed(TextWriter say, CancellationToken cancellation)
    {
        try
        {
            using var worker = new Worker(Start(1), Comparison.Patience);
            JsonObject greeting = worker.Hear(cancellation);
            Version = greeting["name"]?.GetValue<string>() ?? throw new WorkerException($"it said '{greeting.ToJsonString()}'");
            Settings = greeting["settings"]?.GetValue<string>() ?? "as it comes";
            return true;
        }
        catch (WorkerException missing)
        {
            say.WriteLine($"{Name}: left out ({missing.Message}). To compare with it:{Environment.NewLine}{Install}");
            return false;
        }
    }
}
