using System.Diagnostics;

namespace Attention.Benchmarks;

/// <summary>A library that others use, where it is installed.</summary>
/// <param name="Name">PyTorch, ONNX Runtime.</param>
/// <param name="Start">How to start it on so many threads.</param>
/// <param name="Install">The lines that install it.</param>
/// <param name="Lacks">A verb that it has nothing for.</param>
internal sealed record Peer(string Name, Func<int, ProcessStartInfo> Start, string Install, string? Lacks = null)
{
    /// <summary>The name that it gives itself, with its version; null where it is not installed.</summary>
    internal string? Version { get; private set; }

    /// <summary>Whether there is something to ask it about this row.</summary>
    internal bool Takes(Row row) => row.Request is { } request && request["verb"]!.GetValue<string>() != Lacks;

    /// <summary>Whether it answers at all.</summary>
    /// <param name="say">Where a reader learns how to install it.</param>
    internal bool Installed(TextWriter say)
    {
        try
        {
            using var worker = new Worker(Start(1));
            Version = worker.Hear()["name"]!.GetValue<string>();
            return true;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            say.WriteLine($"{Name}: not installed ({missing.Message}). To compare with it:{Environment.NewLine}{Install}");
            return false;
        }
    }
}
