namespace Attention.Lab;

/// <summary>Guesses what was meant.</summary>
internal static class Spelling
{
    /// <summary>How many letters must be put in, taken out or exchanged to turn one word into the other (Levenshtein 1966).</summary>
    public static int Distance(string from, string to)
    {
        int[] above = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int[] row = new int[to.Length + 1];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
                row[j] = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            above = row;
        }

        return above[to.Length];
    }
}
