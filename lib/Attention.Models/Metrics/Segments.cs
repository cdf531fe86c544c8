using static System.FormattableString;

namespace Attention.Models;

/// <summary>Checks what every metric of aligned sequences checks.</summary>
internal static class Segments
{
    /// <summary>Refuses lists of different lengths, which would pair the wrong things.</summary>
    internal static void CheckAligned<TLeft, TRight>(string leftName, IReadOnlyCollection<TLeft> left, string rightName, IReadOnlyCollection<TRight> right)
    {
        ArgumentNullException.ThrowIfNull(left, leftName);
        ArgumentNullException.ThrowIfNull(right, rightName);
        if (left.Count != right.Count)
        {
            throw new ArgumentException(Invariant($"{rightName}: expected {left.Count}, one for each of {leftName}, got {right.Count}"));
        }
    }

    /// <summary>Refuses an empty list, whose mean does not exist.</summary>
    internal static void CheckNotEmpty<T>(string name, IReadOnlyCollection<T> items)
    {
        ArgumentNullException.ThrowIfNull(items, name);
        if (items.Count == 0)
        {
            throw new ArgumentException($"{name}: expected at least one");
        }
    }
}
