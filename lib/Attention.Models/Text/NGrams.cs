namespace Attention.Models;

/// <summary>Runs of n neighbouring tokens.</summary>
public static class NGrams
{
    /// <summary>Every run of n tokens, from the start of a text to its end; none when the text is shorter.</summary>
    /// <param name="tokens">A text, token by token.</param>
    /// <param name="n">How many tokens make a run.</param>
    public static IEnumerable<T[]> Of<T>(IReadOnlyList<T> tokens, int n)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Enumerable.Range(0, Math.Max(0, tokens.Count - n + 1)).Select(start => Run(tokens, start, n));
    }

    /// <summary>Every run of n tokens of a text with n − 1 marks before it and n − 1 after it, so that each token stands at each place of a run once.</summary>
    /// <param name="tokens">A text, token by token.</param>
    /// <param name="n">How many tokens make a run.</param>
    /// <param name="start">What stands before the text, such as <c>&lt;s&gt;</c>.</param>
    /// <param name="end">What stands after it, such as <c>&lt;/s&gt;</c>.</param>
    public static IEnumerable<T[]> Padded<T>(IReadOnlyList<T> tokens, int n, T start, T end)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return Of([.. Enumerable.Repeat(start, n - 1), .. tokens, .. Enumerable.Repeat(end, n - 1)], n);
    }

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
            string run = n == 1 ? tokens[i] : string.Join(separator, Run(tokens, i, n));
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        return counts;
    }

    /// <summary>How many runs two texts share, each counted as often as the text that has fewer of it.</summary>
    internal static int Matches(Dictionary<string, int> left, Dictionary<string, int> right) =>
        left.Sum(run => Math.Min(run.Value, right.GetValueOrDefault(run.Key)));

    private static T[] Run<T>(IReadOnlyList<T> tokens, int start, int n)
    {
        var run = new T[n];
        for (int i = 0; i < n; i++)
        {
            run[i] = tokens[start + i];
        }

        return run;
    }
}
