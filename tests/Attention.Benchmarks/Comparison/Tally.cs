using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>What was measured for one row, round after round.</summary>
internal sealed class Tally(Row row)
{
    private readonly List<double> _milliseconds = [], _gflops = [], _shares = [];
    private readonly Dictionary<string, List<double>> _peers = [];

    internal Row Row => row;

    /// <summary>The fastest way that each peer found in the first round: the others rest from then on.</summary>
    internal Dictionary<string, string> Ways { get; } = [];

    /// <summary>Why a side has no figure, by its name.</summary>
    internal Dictionary<string, string> Mistakes { get; } = [];

    internal double? Megabytes { get; private set; }

    /// <summary>Our median of the rounds' medians; null where nothing could be measured.</summary>
    internal double? Milliseconds => Median(_milliseconds);

    internal double? Gflops => Median(_gflops);

    /// <summary>Which part of the limit we reached.</summary>
    internal double? Share => Median(_shares);

    /// <summary>How many times as fast as the best peer, or as the one that counts.</summary>
    internal double? Ratio
    {
        get
        {
            double[] peers = [.. _peers.Where(peer => row.Against is null || row.Against == peer.Key).Select(peer => Median(peer.Value)!.Value)];
            return peers.Length > 0 ? peers.Min() / Milliseconds : null;
        }
    }

    internal double? PeerMilliseconds(string peer) => _peers.TryGetValue(peer, out List<double>? found) ? Median(found) : null;

    /// <param name="answer">The measurement, as our program writes it.</param>
    internal void Add(JsonObject answer)
    {
        if (Failed("ours", answer))
        {
            return;
        }

        double ms = Number(answer, "median_ms");
        _milliseconds.Add(ms);
        _gflops.Add(Number(answer, "gflops"));
        _shares.Add(row.Limit switch
        {
            Limit.Reading => Number(answer, "read_ms") / ms,
            Limit.Copying => Number(answer, "copy_ms") / ms,
            _ => Number(answer, "gflops") / Number(answer, "peak_gflops"),
        });
        Megabytes = answer["extra_bytes"] is { } bytes ? bytes.GetValue<double>() / (1 << 20) : Megabytes;
    }

    internal void AddPeer(string peer, JsonObject answer)
    {
        if (Failed(peer, answer))
        {
            return;
        }

        Ways[peer] = answer["way"]!.GetValue<string>();
        if (!_peers.TryGetValue(peer, out List<double>? found))
        {
            _peers[peer] = found = [];
        }

        found.Add(Number(answer, "ms"));
    }

    private bool Failed(string side, JsonObject answer)
    {
        if (answer["error"] is { } error)
        {
            Mistakes[side] = error.GetValue<string>();
        }

        return answer["error"] is not null;
    }

    private static double Number(JsonObject answer, string name) => answer[name]!.GetValue<double>();

    private static double? Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
