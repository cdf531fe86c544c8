namespace Attention.Models;

/// <summary>How far one sequence is from another: the fewest insertions, deletions and substitutions that turn it into the other (Levenshtein 1966).</summary>
/// <param name="Insertions">Elements that the target has and the source lacks.</param>
/// <param name="Deletions">Elements that the source has and the target lacks.</param>
/// <param name="Substitutions">Elements exchanged for others.</param>
public readonly record struct EditDistance(int Insertions, int Deletions, int Substitutions)
{
    /// <summary>All edits.</summary>
    public int Total => Insertions + Deletions + Substitutions;

    /// <summary>The edits that turn the source into the target. Among equally short ways the one with the most substitutions.</summary>
    /// <param name="source">Where to start, such as the sentence that was said.</param>
    /// <param name="target">Where to arrive, such as the sentence that was recognised.</param>
    public static EditDistance Between<T>(IReadOnlyList<T> source, IReadOnlyList<T> target)
        where T : IEquatable<T>
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var row = new EditDistance[target.Count + 1];
        for (int j = 1; j <= target.Count; j++)
        {
            row[j] = row[j - 1] with { Insertions = j };
        }

        for (int i = 0; i < source.Count; i++)
        {
            EditDistance diagonal = row[0];
            row[0] = row[0] with { Deletions = i + 1 };
            for (int j = 0; j < target.Count; j++)
            {
                EditDistance above = row[j + 1];
                row[j + 1] = source[i].Equals(target[j]) ? diagonal : Shortest(
                    diagonal with { Substitutions = diagonal.Substitutions + 1 },
                    row[j] with { Insertions = row[j].Insertions + 1 },
                    above with { Deletions = above.Deletions + 1 });
                diagonal = above;
            }
        }

        return row[^1];
    }

    private static EditDistance Shortest(EditDistance substitute, EditDistance insert, EditDistance delete)
    {
        EditDistance either = insert.Total <= delete.Total ? insert : delete;
        return substitute.Total <= either.Total ? substitute : either;
    }
}
