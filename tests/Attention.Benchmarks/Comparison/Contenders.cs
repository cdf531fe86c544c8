using System.Diagnostics;
using System.Globalization;

namespace Attention.Benchmarks;

/// <summary>How each side of the comparison is started.</summary>
internal static class Contenders
{
    /// <summary>Our own kernels: this program again, which then reads command lines.</summary>
    internal static ProcessStartInfo Ours((string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Contenders).Assembly.Location);
        }

        start.ArgumentList.Add(ServeCommand.Name);
        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        return start;
    }

    /// <summary>PyTorch; the script sees to it that it is fast on this machine.</summary>
    internal static ProcessStartInfo PyTorch(string python, int threads) =>
        new(python) { ArgumentList = { Script("pytorch", "bench.py"), threads.ToString(CultureInfo.InvariantCulture) } };

    internal static ProcessStartInfo OnnxRuntime(string node, int threads, string models) =>
        new(node) { ArgumentList = { Script("onnxruntime", "bench.js"), threads.ToString(CultureInfo.InvariantCulture), models } };

    /// <summary>What writes ONNX Runtime's models.</summary>
    internal static ProcessStartInfo Models(string python, string models) => new(python) { ArgumentList = { Script("onnxruntime", "make_models.py"), models }, RedirectStandardInput = true, RedirectStandardError = true };

    /// <summary>The scripts lie in the project's folder, where a peer may be installed beside them.</summary>
    internal static string Script(string peer, string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "peers", peer, file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"peers/{peer}/{file} is in no folder above {AppContext.BaseDirectory}");
    }
}
