using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Attention.Benchmarks;

/// <summary>Measures all rows, ours and the peers' in turns: A, B, C, and again, for as many rounds. Each round starts its processes anew.</summary>
/// <param name="peers">Those that are installed.</param>
/// <param name="rounds">How often everything is measured.</param>
/// <param name="seconds">How long each figure of a round is measured for.</param>
/// <param name="progress">Where each row is named as it is measured.</param>
internal sealed class Comparison(IReadOnlyList<Peer> peers, int rounds, double seconds, TextWriter progress)
{
    internal List<Tally> Run(IEnumerable<Row> rows)
    {
        List<Tally> tallies = [.. rows.Where(row => row.Threads <= Environment.ProcessorCount).Select(row => new Tally(row))];
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
        Dictionary<string, Worker> workers = [];
        try
        {
            workers[""] = new Worker(Contenders.Ours());
            foreach (Peer peer in peers)
            {
                workers[peer.Name] = new Worker(peer.Start(threads));
                workers[peer.Name].Hear();
            }

            foreach (Tally tally in tallies)
            {
                progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}: {tally.Row.Key}"));
                if (tally.Row.Environment is not null || tally.Row.Megabytes is not null)
                {
                    RunApart(round, tally);
                }
                else
                {
                    AskOurs(workers[""], tally);
                    AskPeers(workers, tally);
                }
            }
        }
        finally
        {
            foreach (Worker worker in workers.Values)
            {
                worker.Dispose();
            }
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {rounds}, {threads} threads: {clock.Elapsed.TotalSeconds:F0} s"));
    }

    private void RunApart(int round, Tally tally)
    {
        if (tally.Row.Megabytes is null || round == 0)
        {
            using var worker = new Worker(Contenders.Ours(tally.Row.Environment));
            AskOurs(worker, tally);
        }
    }

    private void AskOurs(Worker worker, Tally tally)
    {
        Row row = tally.Row;
        string time = string.Create(CultureInfo.InvariantCulture, $"--seconds {seconds}");
        tally.Add(worker.Ask($"{row.Command} --threads {row.Threads} {time}"));
    }

    private void AskPeers(Dictionary<string, Worker> workers, Tally tally)
    {
        foreach (Peer peer in peers.Where(peer => peer.Takes(tally.Row)))
        {
            JsonObject request = tally.Row.Request!.DeepClone().AsObject();
            request["seconds"] = seconds;
            request["name"] = tally.Row.RequestName;
            request["way"] = tally.Ways.GetValueOrDefault(peer.Name);
            tally.AddPeer(peer.Name, workers[peer.Name].Ask(request.ToJsonString()));
        }
    }
}
