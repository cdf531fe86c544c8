using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>Measures all rows, ours and the peers' in turns: A, B, C, and again, for as many rounds. Each round starts its processes anew.</summary>
/// <param name="peers">Those that are installed.</param>
/// <param name="rounds">How often everything is measured.</param>
/// <param name="seconds">How long each figure of a round is measured for.</param>
/// <param name="calm">Waits for the machine.</param>
/// <param name="progress">Where each row is named as it is measured.</param>
/// <param name="cancellation">Ends the comparison, and the processes that it started.</param>
internal sealed class Comparison(IReadOnlyList<Peer> peers, int rounds, double seconds, Calm calm, TextWriter progress, CancellationToken cancellation)
{
    /// <summary>The slowest row takes some seconds; a process that says nothing for so long hangs.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    internal List<Tally> Run(IEnumerable<Row> rows)
    {
        List<Tally> tallies = [.. rows.Select(row => new Tally(row))];
        for (int round = 0; round < rounds; round++)
        {
            foreach (IGrouping<int, Tally> group in tallies.GroupBy(tally => tally.Row.Threads))
            {
                RunRound(round, group.Key, [.. group]);
            }
        }

        return tallies;
    }

    private void RunRound(int round, int threads, List<Tally> tallies)
    {
        var clock = Stopwatch.StartNew();
        using var ours = new Side(() => Contenders.Ours(), isGreeting: false);
        List<Side> others = [.. peers.Select(peer => new Side(() => peer.Start(threads), isGreeting: true))];
        try
        {
            foreach (Tally tally in tallies)
            {
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}: {tally.Row.Key}"));
                if (tally.Row.Environment is not null || tally.Row.Megabytes is not null)
                {
                    RunApart(round, tally);
                    continue;
                }

                AskOurs(ours, tally);
                foreach ((Peer peer, Side side) in peers.Zip(others).Where(pair => pair.First.Takes(tally.Row)))
                {
                    AskPeer(peer, side, tally);
                }
            }
        }
        finally
        {
            others.ForEach(side => side.Dispose());
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}, {threads} thread{(threads == 1 ? "" : "s")}: {clock.Elapsed.TotalSeconds:F0} s"));
    }

    private void RunApart(int round, Tally tally)
    {
        if (tally.Row.Megabytes is null || round == 0)
        {
            using var side = new Side(() => Contenders.Ours(tally.Row.Environment), isGreeting: false);
            AskOurs(side, tally);
        }
    }

    private void AskOurs(Side side, Tally tally)
    {
        Row row = tally.Row;
        string time = string.Create(CultureInfo.InvariantCulture, $"--seconds {seconds}");
        tally.Add(calm.Measure(() => side.Ask($"{row.Command} --threads {row.Threads} {time}", cancellation), cancellation));
    }

    private void AskPeer(Peer peer, Side side, Tally tally)
    {
        JsonObject request = tally.Row.Request!.DeepClone().AsObject();
        request["seconds"] = seconds;
        request["name"] = tally.Row.RequestName;
        request["way"] = tally.Ways.GetValueOrDefault(peer.Name);
        tally.AddPeer(peer.Name, calm.Measure(() => side.Ask(request.ToJsonString(), cancellation), cancellation));
    }

    /// <summary>One side of the comparison: a process that is started when it is first asked, and again when it broke down.</summary>
    /// <param name="start">How to start it.</param>
    /// <param name="isGreeting">Whether it says its name before it is asked anything.</param>
    private sealed class Side(Func<ProcessStartInfo> start, bool isGreeting) : IDisposable
    {
        private Worker? _worker;

        /// <returns>The answer; one with an error where the process broke down, so that the other rows go on.</returns>
        internal JsonObject Ask(string request, CancellationToken cancellation)
        {
            try
            {
                if (_worker is null)
                {
                    _worker = new Worker(start(), Patience);
                    if (isGreeting)
                    {
                        _worker.Hear(cancellation);
                    }
                }

                return _worker.Ask(request, cancellation);
            }
            catch (WorkerException failure)
            {
                Dispose();
                return new JsonObject { ["error"] = failure.Message };
            }
        }

        public void Dispose()
        {
            _worker?.Dispose();
            _worker = null;
        }
    }
}
