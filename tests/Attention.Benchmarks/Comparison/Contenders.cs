using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>PyTorch with everything that makes it fast on this machine.</summary>
    /// <remarks>
    /// OpenBLAS and ATen use the widest registers there are, whatever the environment had said before. OpenBLAS is the build that shares PyTorch's threads; the other one
    /// oversubscribes the processors. And malloc keeps what was freed: by default every large temporary goes back to the system, and its pages fault again on the next call.
    /// </remarks>
    internal static ProcessStartInfo PyTorch(string python, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(python) { ArgumentList = { Script("pytorch", "bench.py"), count } };
        foreach (string name in (string[])["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"])
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in PyTorchVariables(count))
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>What the comparison says of how PyTorch was run.</summary>
    internal static string PyTorchSettings() => $"torch.set_num_threads(T), {string.Join(' ', PyTorchVariables("T").Select(variable => $"{variable.Name}={variable.Value}"))}; the fastest of several ways to say each row";

    private static IEnumerable<(string Name, string Value)> PyTorchVariables(string threads)
    {
        const string Kept = "536870912";
        const string SharedThreads = "/usr/lib/x86_64-linux-gnu/openblas-openmp";
        bool wide = Avx512F.IsSupported;
        if (wide)
        {
            yield return ("OPENBLAS_CORETYPE", "SkylakeX");
        }

        yield return ("ATEN_CPU_CAPABILITY", wide ? "avx512" : Vector256.IsHardwareAccelerated ? "avx2" : "default");
        yield return ("OPENBLAS_NUM_THREADS", threads);
        yield return ("OMP_NUM_THREADS", threads);
        yield return ("MALLOC_MMAP_MAX_", "0");
        yield return ("MALLOC_TRIM_THRESHOLD_", Kept);
        yield return ("MALLOC_TOP_PAD_", Kept);
        if (Directory.Exists(SharedThreads))
        {
            yield return ("LD_LIBRARY_PATH", SharedThreads);
        }
    }

    /// <summary>What the comparison says of how ONNX Runtime was run.</summary>
    internal const string OnnxRuntimeSettings = "intraOpNumThreads = T, interOpNumThreads = 1, all graph optimizations, outputs written in place; the fastest operator that says each row";

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
