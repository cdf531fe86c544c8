using System.Globalization;
using static System.FormattableString;

namespace Attention.Benchmarks;

/// <summary>The comparison as a reader sees it.</summary>
internal static class MarkdownTables
{
    private const string Nothing = "–";

    internal static string Of(IReadOnlyCollection<Tally> tallies, IReadOnlyList<Peer> peers, string machine, string[] settings, string calm, Row[] leftOut, string command)
    {
        List<string> text = [machine, "", "How each side was run, T being the threads of a row:", "", .. settings.Select(setting => $"- {setting}"), ""];
        text.Add($"Written by `{command}`. Milliseconds are medians; \"×\" is the best peer's time over ours. Each row says what it must reach at least, what it is meant to reach, and whether it did. {calm}");
        AddPeers(text, [.. tallies.Where(tally => tally.Row.Request is not null)], peers);
        AddVariants(text, tallies);
        AddScaling(text, tallies);
        AddAlone(text, [.. tallies.Where(tally => tally.Row.Request is null && tally.Row.Like is null)]);
        AddMistakes(text, tallies);
        if (leftOut.Length > 0)
        {
            text.AddRange(["", "Left out, for want of processors:", "", .. leftOut.Select(row => $"- {row.Key}")]);
        }

        return string.Join(Environment.NewLine, text) + Environment.NewLine;
    }

    private static void AddPeers(List<string> text, List<Tally> rows, IReadOnlyList<Peer> peers)
    {
        if (rows.Count == 0)
        {
            return;
        }

        text.Add("");
        text.Add($"| what | threads | ours, ms |{string.Concat(peers.Select(peer => $" {peer.Name}, ms |"))} × | of the limit | asked | |");
        text.Add($"|---|--:|--:|{string.Concat(Enumerable.Repeat("--:|", peers.Count))}--:|--:|---|---|");
        foreach (Tally tally in rows)
        {
            Row row = tally.Row;
            string others = string.Concat(peers.Select(peer => $" {Milliseconds(tally.PeerMilliseconds(peer.Name))} |"));
            text.Add($"| {row.Name} | {row.Threads} | {Milliseconds(tally.Milliseconds)} |{others} {Times(tally.Ratio)} | {Share(tally)} | {Asked(row)} | {Word(Findings.Of(tally))} |");
        }
    }

    private static void AddVariants(List<string> text, IReadOnlyCollection<Tally> tallies)
    {
        Tally[] rows = [.. tallies.Where(tally => tally.Row.Like is not null)];
        if (rows.Length == 0)
        {
            return;
        }

        text.AddRange(["", "| other shapes, ours alone | ms | GFLOP/s | of the plain shape's | asked | |", "|---|--:|--:|---|---|---|"]);
        foreach (Tally tally in rows)
        {
            (string name, Goal goal) = tally.Row.Like!.Value;
            double? part = Findings.OfPlain(tally, tallies);
            string gflops = tally.Gflops is { } value ? Invariant($"{value:F0}") : Nothing;
            text.Add($"| {tally.Row.Name} | {Milliseconds(tally.Milliseconds)} | {gflops} | {Percent(part)} of {name} | {Percent(goal.Floor)}, {Percent(goal.Aim)} | {Word(Findings.Judge(part, goal))} |");
        }
    }

    private static void AddScaling(List<string> text, IReadOnlyCollection<Tally> tallies)
    {
        (string Name, double Speedup)[] rows = [.. Findings.Scaling(tallies)];
        if (rows.Length == 0)
        {
            return;
        }

        text.AddRange(["", "| two threads against one | × | asked | |", "|---|--:|---|---|"]);
        foreach ((string name, double speedup) in rows)
        {
            text.Add($"| {name} | {Times(speedup)} | {Times(Findings.TwoThreads.Floor)}, {Times(Findings.TwoThreads.Aim)} | {Word(Findings.Judge(speedup, Findings.TwoThreads))} |");
        }
    }

    private static void AddAlone(List<string> text, List<Tally> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        text.AddRange(["", "| and | threads | found | asked | |", "|---|--:|---|---|---|"]);
        foreach (Tally tally in rows)
        {
            Row row = tally.Row;
            string found = row.Megabytes is null ? $"{Milliseconds(tally.Milliseconds)} ms, {Share(tally)} of the peak"
                : tally.Megabytes is { } used ? Invariant($"{used:F1} MB beyond inputs and outputs") : Nothing;
            text.Add($"| {row.Name} | {row.Threads} | {found} | {(row.Megabytes is { } most ? Invariant($"under {most} MB") : Asked(row))} | {Word(Findings.Of(tally))} |");
        }
    }

    private static void AddMistakes(List<string> text, IReadOnlyCollection<Tally> tallies)
    {
        string[] mistakes = [.. tallies.SelectMany(tally => tally.Mistakes.Select(mistake => $"- {tally.Row.Key}, {mistake.Key}: {mistake.Value.ReplaceLineEndings(" ")}"))];
        if (mistakes.Length > 0)
        {
            text.AddRange(["", "Not measured, or not in every round:", "", .. mistakes]);
        }
    }

    private static string Asked(Row row)
    {
        List<string> asked = [];
        if (row.Ratio is { } ratio)
        {
            asked.Add($"{Times(ratio.Floor)}, {Times(ratio.Aim)} ×{(row.Against is null ? "" : $" {row.Against}")}");
        }

        if (row.Share is { } share)
        {
            asked.Add($"{(share.Floor > 0 ? $"{Percent(share.Floor)}, " : "")}{Percent(share.Aim)}");
        }

        return string.Join("; ", asked);
    }

    private static string Share(Tally tally) => Percent(tally.Share) + (tally.Row.Limit switch
    {
        _ when tally.Share is null => "",
        Limit.Reading => " of reading",
        Limit.Copying => " of copying",
        _ => "",
    });

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Missed => "**missed**",
        Verdict.Floor => "met",
        Verdict.Aim => "met in full",
        _ => Nothing,
    };

    private static string Percent(double? part) => part is { } value ? Invariant($"{100 * value:F0} %") : Nothing;

    private static string Times(double? ratio) => ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? Nothing;

    /// <summary>Three digits, whatever the size.</summary>
    private static string Milliseconds(double? ms) => ms switch
    {
        null => Nothing,
        >= 100 => Invariant($"{ms:F0}"),
        >= 10 => Invariant($"{ms:F1}"),
        >= 1 => Invariant($"{ms:F2}"),
        _ => Invariant($"{ms:F3}"),
    };
}
