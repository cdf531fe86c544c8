using System.Globalization;
using System.Text;

namespace Attention.Course.Book;

/// <summary>Gives every heading of a page its id, as code hosts do: lower case, hyphens for spaces, a number when it repeats.</summary>
/// <param name="reserved">Ids that the page uses for something else.</param>
internal sealed class Slugs(IEnumerable<string> reserved)
{
    private readonly HashSet<string> _taken = new(reserved, StringComparer.Ordinal);

    /// <summary>An id for a heading, different from all given before.</summary>
    public string Next(string heading)
    {
        string slug = Of(heading);
        string unique = slug;
        for (int i = 1; !_taken.Add(unique); i++)
        {
            unique = string.Create(CultureInfo.InvariantCulture, $"{slug}-{i}");
        }

        return unique;
    }

    /// <summary>The id that a heading's text asks for.</summary>
    public static string Of(string heading)
    {
        var slug = new StringBuilder(heading.Length);
        foreach (Rune rune in heading.Trim().EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '-' or '_')
            {
                slug.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                slug.Append('-');
            }
        }

        return slug.Length == 0 ? "section" : slug.ToString();
    }
}
