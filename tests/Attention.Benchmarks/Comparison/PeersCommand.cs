using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Our kernels beside those of PyTorch and ONNX Runtime, in one run.</summary>
internal static class PeersCommand
{
    private const int Rounds = 3;
    private const double Seconds = 0.25;
    private const double QuickSeconds = 0.08;

    internal static Command Create()
    {
        Option<string> output = new("--output") { Description = "The folder to write peers.md and peers.svg into.", DefaultValueFactory = _ => Path.Combine("artifacts", "peers") };
        Option<string?> into = new("--into") { Description = $"Also put the table and the chart between the lines '{Page.Begin}' and '{Page.End}' of this Markdown file." };
        Option<string> filter = new("--rows") { Description = "Only rows whose name contains this, such as causal or decode.", DefaultValueFactory = _ => "" };
        Option<bool> quick = new("--quick") { Description = "One short round: half a minute, and good to a tenth." };
        Option<string> python = new("--python") { Description = "The Python that has torch, and onnx to write ONNX Runtime's models.", DefaultValueFactory = _ => "/usr/bin/python3" };
        Option<string> node = new("--node") { Description = "The Node.js that runs ONNX Runtime.", DefaultValueFactory = _ => "node" };
        var command = new Command("peers", "Compares every kernel with PyTorch and ONNX Runtime where they are installed, in turns, and writes a table and a chart.") { output, into, filter, quick, python, node };
        command.SetAction(parsed => Compare(
            parsed.GetValue(output)!, parsed.GetValue(into) is { } file ? new Page(file) : null, parsed.GetValue(filter)!, parsed.GetValue(quick), parsed.GetValue(python)!, parsed.GetValue(node)!, CommandLine(parsed)));
        return command;
    }

    private static void Compare(string folder, Page? page, string filter, bool quick, string python, string node, string command)
    {
        List<Row> all = Rows.All();
        Row[] asked = [.. all.Where(row => row.Key.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        Row[] rows = [.. all.Where(row => asked.Contains(row) || asked.Any(one => one.Like is { } like && like.Name == row.Name && one.Threads == row.Threads))];
        if (rows.Length == 0)
        {
            throw new ArgumentException($"--rows: no row's name contains '{filter}'. There are: {string.Join("; ", all.Select(row => row.Key))}.");
        }

        WholeFile.TryFolder(folder);
        using var interruption = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interruption.Cancel();
        }

        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        string models = Directory.CreateTempSubdirectory("attention-models-").FullName;
        try
        {
            Compare(folder, page, rows, models, quick, python, node, command, interruption.Token);
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    private static void Compare(string folder, Page? page, Row[] rows, string models, bool quick, string python, string node, string command, CancellationToken cancellation)
    {
        Peer torch = new("PyTorch", threads => Contenders.PyTorch(python, threads), "  apt-get install --no-install-recommends python3-torch libopenblas0-openmp");
        Peer onnx = new("ONNX Runtime", threads => Contenders.OnnxRuntime(node, threads, models), "  apt-get install --no-install-recommends nodejs npm python3-onnx\n  cd tests/Attention.Benchmarks/peers/onnxruntime && npm install --ignore-scripts --no-package-lock", "attention-backward", "training", "generation");
        List<Peer> peers = [.. new[] { torch, onnx }.Where(peer => peer.Installed(Console.Error, cancellation))];
        if (peers.Contains(onnx) && !WriteModels(python, models, rows.Where(onnx.Takes)))
        {
            peers.Remove(onnx);
        }

        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        Row[] possible = [.. rows.Where(row => row.Threads <= Environment.ProcessorCount)];
        var calm = new Calm();
        List<Tally> tallies = new Comparison(peers, quick ? 1 : Rounds, quick ? QuickSeconds : Seconds, calm, Console.Error, cancellation).Run(possible);
        string machine = Machine(peers, quick ? 1 : Rounds);
        string table = MarkdownTables.Of(tallies, peers, machine, Settings(peers), calm.Summary, [.. rows.Except(possible)], command);
        WholeFile.Write(Path.Combine(folder, "peers.md"), table);
        Console.WriteLine(table);
        string? chart = RatioChart.Of(tallies, machine);
        string picture = Path.Combine(folder, "peers.svg");
        if (chart is not null)
        {
            WholeFile.Write(picture, chart);
        }

        page?.Write(table, chart is null ? null : picture);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMinutes:F1} minutes; {(chart is null ? "the table is" : "the table and the chart are")} in {Path.GetFullPath(folder)}"));
    }

    /// <summary>Only a run of the whole table is a promise that others can repeat; the command says which part this was.</summary>
    private static string CommandLine(ParseResult parsed) => $"dotnet run --project tests/Attention.Benchmarks -- {string.Join(' ', parsed.Tokens.Select(token => token.Value.Contains(' ', StringComparison.Ordinal) ? $"\"{token.Value}\"" : token.Value))}";

    /// <summary>Writes ONNX Runtime's models, and says why where it cannot.</summary>
    private static bool WriteModels(string python, string models, IEnumerable<Row> rows)
    {
        try
        {
            using Process writer = Process.Start(Contenders.Models(python, models))!;
            Task<string> complaints = writer.StandardError.ReadToEndAsync();
            Feed(writer.StandardInput, rows);
            writer.WaitForExit();
            return writer.ExitCode == 0 || Refuse(complaints.Result.Trim().Split('\n')[^1] is { Length: > 0 } reason ? reason : "it ended without a word");
        }
        catch (Win32Exception missing)
        {
            return Refuse(missing.Message);
        }

        static bool Refuse(string reason)
        {
            Console.Error.WriteLine($"ONNX Runtime: left out, its models were not written ({reason}). To compare with it:{Environment.NewLine}  apt-get install --no-install-recommends python3-onnx");
            return false;
        }
    }

    private static void Feed(StreamWriter writer, IEnumerable<Row> rows)
    {
        try
        {
            foreach (Row row in rows.DistinctBy(row => row.RequestName))
            {
                JsonObject request = row.Request!.DeepClone().AsObject();
                request["name"] = row.RequestName;
                writer.WriteLine(request.ToJsonString());
            }

            writer.Close();
        }
        catch (IOException)
        {
            // It ended early; its exit code and its last words say why.
        }
    }

    /// <summary>One line: the machine, and everybody's version.</summary>
    private static string Machine(IReadOnlyList<Peer> peers, int rounds)
    {
        string[] sides = [Runtime, .. peers.Select(peer => peer.Version!)];
        return $"{Processor()}, {Environment.ProcessorCount} processor{(Environment.ProcessorCount == 1 ? "" : "s")}, {VectorWidth.Bits}-bit registers; {string.Join(", ", sides)}; {rounds} round{(rounds == 1 ? "" : "s")} in turns.";
    }

    /// <summary>How each side was run.</summary>
    private static string[] Settings(IReadOnlyList<Peer> peers) =>
    [
        $"ours: {Runtime}, {VectorWidth.Bits}-bit registers, MaxThreads = T",
        .. peers.Select(peer => $"{peer.Version}: {peer.Settings}"),
    ];

    private static string Runtime => $".NET {Environment.Version}";

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
