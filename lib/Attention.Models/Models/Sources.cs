namespace Attention.Models;

/// <summary>What models that read sequences and write others have in common.</summary>
internal static class Sources
{
    /// <summary>Refuses a batch without sequences, or with an empty one.</summary>
    internal static void Check(IReadOnlyList<int[]> sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count == 0)
        {
            throw new ArgumentException("sources: expected at least one, got none");
        }

        for (int i = 0; i < sources.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(sources[i], $"sources[{i}]");
            if (sources[i].Length == 0)
            {
                throw new ArgumentException($"sources: number {i} is empty");
            }
        }
    }
}
