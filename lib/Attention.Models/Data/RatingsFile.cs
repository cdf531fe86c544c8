using System.Globalization;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>What a user thought of an item, and when.</summary>
/// <param name="User">The user's number in the file.</param>
/// <param name="Item">The item's number in the file.</param>
/// <param name="Stars">From 0.5 to 5.</param>
/// <param name="Time">Seconds since the beginning of 1970.</param>
public readonly record struct Rating(int User, int Item, float Stars, long Time);

/// <summary>Ratings in the formats of MovieLens: <c>u.data</c> with tabs, <c>ratings.dat</c> with double colons, <c>ratings.csv</c> with commas and a header.</summary>
/// <remarks>Harper and Konstan 2015.</remarks>
public static class RatingsFile
{
    /// <summary>Reads the ratings of a file, as they are asked for; the first line tells the format.</summary>
    /// <exception cref="InvalidDataException">A line is no rating of that format.</exception>
    public static IEnumerable<Rating> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Lines(path);
    }

    /// <summary>Every user's items in the order in which they were rated, users and items numbered from 0 as they first appear by time.</summary>
    /// <param name="ratings">The ratings, in any order.</param>
    /// <returns>One history a user, in the order of their first ratings.</returns>
    public static IReadOnlyList<IReadOnlyList<Rating>> Histories(IEnumerable<Rating> ratings)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        Dictionary<int, int> users = [], items = [];
        List<List<Rating>> histories = [];
        foreach (Rating rating in ratings.OrderBy(rating => rating.Time).ThenBy(rating => rating.User).ThenBy(rating => rating.Item))
        {
            if (users.TryAdd(rating.User, users.Count))
            {
                histories.Add([]);
            }

            items.TryAdd(rating.Item, items.Count);
            histories[users[rating.User]].Add(rating with { User = users[rating.User], Item = items[rating.Item] });
        }

        return histories;
    }

    private static IEnumerable<Rating> Lines(string path)
    {
        string? separator = null;
        foreach ((int line, string text) in TextLines.Read(path))
        {
            if (separator is null)
            {
                separator = text.Contains('\t', StringComparison.Ordinal) ? "\t" : text.Contains("::", StringComparison.Ordinal) ? "::" : ",";
                if (separator == ",")
                {
                    if (text != "userId,movieId,rating,timestamp")
                    {
                        throw TextLines.Bad(path, line, $"expected tabs, double colons or the header userId,movieId,rating,timestamp, got {Quoted.Of(text)}");
                    }

                    continue;
                }
            }

            string[] fields = text.Split(separator);
            if (fields.Length != 4)
            {
                throw TextLines.Bad(path, line, Invariant($"expected 4 fields, got {fields.Length}"));
            }

            float stars = Number(path, line, "rating", fields[2]);
            if (stars is not (>= 0.5f and <= 5))
            {
                throw TextLines.Bad(path, line, $"rating {Quoted.Of(fields[2])} is not from 0.5 to 5");
            }

            yield return new Rating((int)Whole(path, line, "user", fields[0], int.MaxValue), (int)Whole(path, line, "item", fields[1], int.MaxValue), stars, Whole(path, line, "time", fields[3], long.MaxValue));
        }
    }

    private static float Number(string path, int line, string what, string text) =>
        float.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out float number) ? number : throw TextLines.Bad(path, line, $"{what} {Quoted.Of(text)} is no number");

    private static long Whole(string path, int line, string what, string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most ? number
            : throw TextLines.Bad(path, line, Invariant($"{what} {Quoted.Of(text)} is no whole number from 0 to {most}"));
}
