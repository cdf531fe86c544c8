using System.Globalization;

namespace Attention.Models;

/// <summary>Arithmetic on the sizes of axes that cannot overflow unseen.</summary>
internal static class Shapes
{
    private const int MostShown = 16;

    /// <summary>How many numbers a shape holds; null when 64 bits cannot say.</summary>
    public static long? Count(IReadOnlyList<int> shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            if (Math.BigMul(count, (long)size, out long low) != 0 || low < 0)
            {
                return null;
            }

            count = low;
        }

        return count;
    }

    /// <summary>A shape as messages show it: <c>[2, 3]</c>.</summary>
    public static string Text(IReadOnlyList<int> shape) => "[" + Join(", ", shape) + "]";

    /// <summary>The arithmetic behind a count: <c>2×3 = 6</c>.</summary>
    public static string Product(IReadOnlyList<int> shape) =>
        (shape.Count > 1 ? Join("×", shape) + " = " : "") + (Count(shape)?.ToString(CultureInfo.InvariantCulture) ?? "more than 2^63");

    // A hostile file may claim a million axes; no message shows more than a few.
    private static string Join(string separator, IReadOnlyList<int> shape) =>
        string.Join(separator, shape.Take(MostShown).Select(size => size.ToString(CultureInfo.InvariantCulture))) + (shape.Count > MostShown ? FormattableString.Invariant($"{separator}… ({shape.Count} axes)") : "");
}
