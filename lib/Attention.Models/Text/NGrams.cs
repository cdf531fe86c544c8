namespace Attention.Models;

/// <summary>Runs of n neighbouring tokens, counted.</summary>
public static class NGrams
{
    /// <summary>How often each run of n tokens occurs.</summary>
    /// <param name="tokens">A text, token by token.</param>
    /// <param name="n">How many tokens make a run.</param>
    /// <returns>Counts by run, whose tokens are joined by a space; empty when the text is shorter than n.</returns>
    public static Dictionary<string, int> Count(IReadOnlyList<string> tokens, int n) => Count(tokens, n, " ");

    internal static Dictionary<string, int> Count(IReadOnlyList<string> tokens, int n, string separator)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i + n <= tokens.Count; i++)
        {
            string run = n == 1 ? tokens[i] : string.Join(separator, tokens.Skip(i).Take(n));
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        return counts;
    }

    /// <summary>How many runs two texts share, each counted as often as the text that has fewer of it.</summary>
    internal static int Matches(Dictionary<string, int> left, Dictionary<string, int> right) =>
        left.Sum(run => Math.Min(run.Value, right.GetValueOrDefault(run.Key)));
}
