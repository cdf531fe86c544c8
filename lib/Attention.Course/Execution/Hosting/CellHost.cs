using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Attention.Course.Execution;

/// <summary>The process of one notebook: takes cells from the runner's pipe and answers with what became of them.</summary>
internal static class CellHost
{
    /// <summary>A little of everything that notebooks do, so that the compiler is warm when the first cell comes.</summary>
    private const string Rehearsal = """
        using static System.MathF;
        float[] Softmax(float[] scores)
        {
            float peak = scores.Max();
            float[] weights = scores.Select(score => Exp(score - peak)).ToArray();
            for (int i = 0; i < weights.Length; i++)
                weights[i] /= 2f;
            return weights;
        }
        record Point(int X, float[,] Y);
        var point = new Point(1, new float[,] { { 1, 2 } });
        foreach (var (index, weight) in Softmax([1f, 2f]).Index())
            Console.WriteLine($"{index}: {weight:F2}");
        await Task.Yield();
        point
        """;

    /// <summary>Serves a runner until it hangs up.</summary>
    /// <param name="pipeName">The runner's pipe.</param>
    /// <param name="folder">The notebook's folder.</param>
    public static async Task ServeAsync(string pipeName, string folder)
    {
        // The same numbers in every country, on every thread.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        // Ctrl-C reaches the whole process group; the runner decides what it means.
        using PosixSignalRegistration signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        await using var pipe = new NamedPipeClientStream(".", pipeName, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        // The runner opens its end before it starts this process: a pipe that is not there belongs to a runner that is gone.
        Task connected = pipe.ConnectAsync((int)TimeSpan.FromSeconds(30).TotalMilliseconds);
        var session = new CellSession(folder);
        await new CellSession(folder).RunAsync(new CellCode(0, Rehearsal), CancellationToken.None);
        await connected;

        CellConsole.Fallback = session.Recorder;
        using var reader = new StreamReader(pipe);
        await using var writer = new StreamWriter(pipe) { AutoFlush = true };
        session.Recorder.Overflowed += () => Send(writer, new JsonObject { ["overflow"] = true });
        Send(writer, new JsonObject { ["ready"] = true });
        Task<string?> next = reader.ReadLineAsync();
        while (await next is { } line)
        {
            next = reader.ReadLineAsync();
            Task<CellResult> running = session.RunAsync(CellMessages.ReadCell(JsonNode.Parse(line)!), CancellationToken.None);
            // The runner sends nothing before it has the answer: a line that ends now means that it is gone, and the cell's work with it.
            if (await Task.WhenAny(running, next) == next && await next is null)
                break;
            Send(writer, CellMessages.Of(await running));
        }

        // Not a return from Main: what a cell left behind, threads and exit handlers, would keep the process alive.
        Process.GetCurrentProcess().Kill();
    }

    private static void Send(StreamWriter writer, JsonObject message)
    {
        lock (writer)
            writer.WriteLine(message.ToJsonString());
    }
}
