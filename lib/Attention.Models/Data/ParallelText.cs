using static System.FormattableString;

namespace Attention.Models;

/// <summary>Sentences and their translations from files: two plain texts, line by line, as WMT gives them, or one table with tabs.</summary>
public static class ParallelText
{
    /// <summary>Pairs the lines of two files.</summary>
    /// <param name="sourcePath">The sentences, one a line, UTF-8.</param>
    /// <param name="targetPath">Their translations, one a line, UTF-8.</param>
    /// <returns>The pairs, read as they are asked for.</returns>
    /// <exception cref="InvalidDataException">A line is no UTF-8, or one file has more lines than the other; the message names both counts.</exception>
    public static IEnumerable<SentencePair> Read(string sourcePath, string targetPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourcePath);
        ArgumentException.ThrowIfNullOrEmpty(targetPath);
        return ReadPairs(sourcePath, targetPath);
    }

    /// <summary>Takes two columns of a table with tabs.</summary>
    /// <param name="path">The table, UTF-8, one pair a line.</param>
    /// <param name="sourceColumn">The sentences' column, counted from 0.</param>
    /// <param name="targetColumn">The translations' column, counted from 0.</param>
    /// <returns>The pairs, read as they are asked for.</returns>
    /// <exception cref="InvalidDataException">A line has too few columns or another number of them than the first.</exception>
    public static IEnumerable<SentencePair> ReadTable(string path, int sourceColumn = 0, int targetColumn = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceColumn);
        ArgumentOutOfRangeException.ThrowIfNegative(targetColumn);
        return TabSeparated.Read(path, Math.Max(sourceColumn, targetColumn) + 1).Select(fields => new SentencePair(fields[sourceColumn], fields[targetColumn]));
    }

    private static IEnumerable<SentencePair> ReadPairs(string sourcePath, string targetPath)
    {
        using IEnumerator<(int Number, string Text)> sources = TextLines.Read(sourcePath).GetEnumerator(), targets = TextLines.Read(targetPath).GetEnumerator();
        for (int line = 0; ; line++)
        {
            bool source = sources.MoveNext(), target = targets.MoveNext();
            if (source && target)
            {
                yield return new SentencePair(sources.Current.Text, targets.Current.Text);
                continue;
            }

            if (source || target)
            {
                int longer = line + 1 + Rest(source ? sources : targets);
                throw TextLines.Bad(source ? sourcePath : targetPath, line + 1, Invariant($"no line to pair with: {sourcePath} has {(source ? longer : line)} lines, {targetPath} has {(target ? longer : line)}"));
            }

            yield break;
        }
    }

    private static int Rest(IEnumerator<(int Number, string Text)> lines)
    {
        int count = 0;
        while (lines.MoveNext())
        {
            count++;
        }

        return count;
    }
}
