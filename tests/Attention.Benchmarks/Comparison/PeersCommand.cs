using System.CommandLine;
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
            throw new ArgumentException($"--rows: no row's name contains '{filter}'. There are:{Environment.NewLine}{string.Join(Environment.NewLine, all.Select(row => row.Key))}");
        }

        Directory.CreateDirectory(folder);
        string models = Directory.CreateTempSubdirectory("attention-models-").FullName;
        try
        {
            Compare(folder, page, rows, models, quick, python, node, command);
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }

    private static void Compare(string folder, Page? page, Row[] rows, string models, bool quick, string python, string node, string command)
    {
        Peer torch = new("PyTorch", threads => Contenders.PyTorch(python, threads), "  apt-get install --no-install-recommends python3-torch libopenblas0-openmp");
        Peer onnx = new("ONNX Runtime", threads => Contenders.OnnxRuntime(node, threads, models), "  apt-get install --no-install-recommends nodejs npm python3-onnx\n  cd tests/Attention.Benchmarks/peers/onnxruntime && npm install --ignore-scripts --no-package-lock", "attention-backward");
        List<Peer> peers = [.. new[] { torch, onnx }.Where(peer => peer.Installed(Console.Error))];
        if (peers.Contains(onnx) && !WriteModels(python, models, rows.Where(onnx.Takes)))
        {
            peers.Remove(onnx);
        }

        var clock = Stopwatch.StartNew();
        List<Tally> tallies = new Comparison(peers, quick ? 1 : Rounds, quick ? QuickSeconds : Seconds, Console.Error).Run(rows);
        string machine = Machine(peers, quick ? 1 : Rounds);
        string table = MarkdownTables.Of(tallies, peers, machine, command);
        File.WriteAllText(Path.Combine(folder, "peers.md"), table);
        Console.WriteLine(table);
        if (RatioChart.Of(tallies, machine) is { } chart)
        {
            string picture = Path.Combine(folder, "peers.svg");
            File.WriteAllText(picture, chart);
            page?.Write(table, picture);
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalMinutes:F1} minutes; the table and the chart are in {Path.GetFullPath(folder)}"));
    }

    /// <summary>Only a run of the whole table is a promise that others can repeat; the command says which part this was.</summary>
    private static string CommandLine(ParseResult parsed) => $"dotnet run --project tests/Attention.Benchmarks -- {string.Join(' ', parsed.Tokens.Select(token => token.Value))}";

    private static bool WriteModels(string python, string models, IEnumerable<Row> rows)
    {
        using Process writer = Process.Start(Contenders.Models(python, models))!;
        Task<string> complaints = writer.StandardError.ReadToEndAsync();
        try
        {
            foreach (Row row in rows.DistinctBy(row => row.RequestName))
            {
                JsonObject request = row.Request!.DeepClone().AsObject();
                request["name"] = row.RequestName;
                writer.StandardInput.WriteLine(request.ToJsonString());
            }

            writer.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended early, and says why below.
        }

        writer.WaitForExit();
        if (writer.ExitCode != 0)
        {
            Console.Error.WriteLine($"ONNX Runtime: its models were not written ({complaints.Result.Trim().Split('\n')[^1]}). To compare with it:{Environment.NewLine}  apt-get install --no-install-recommends python3-onnx");
        }

        return writer.ExitCode == 0;
    }

    private static string Machine(IReadOnlyList<Peer> peers, int rounds)
    {
        string[] sides = [$".NET {Environment.Version}", .. peers.Select(peer => peer.Version!)];
        return $"{Processor()}, {Environment.ProcessorCount} processors, {VectorWidth.Bits}-bit registers; {string.Join(", ", sides)}; {rounds} round{(rounds == 1 ? "" : "s")} in turns.";
    }

    private static string Processor()
    {
        const string File = "/proc/cpuinfo";
        string? line = System.IO.File.Exists(File) ? System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
