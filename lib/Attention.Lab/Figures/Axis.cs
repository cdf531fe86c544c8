namespace Attention.Lab;

/// <summary>One axis of a figure: what it measures and, where its positions have names, what they are called.</summary>
public sealed class Axis
{
    /// <summary>Describes an axis.</summary>
    /// <param name="title">What the axis shows, with its unit: "query", "time (ms)".</param>
    /// <param name="labels">One name per position, in order; repeated names are fine. Left out, positions are counted from 0.</param>
    /// <exception cref="ArgumentException">The title is empty.</exception>
    public Axis(string title, IEnumerable<string>? labels = null)
    {
        Title = Required.Text(title, nameof(title), "every axis says what it shows");
        Labels = labels is null ? null : [.. labels.Select(label => Glyphs.Clean(label ?? ""))];
    }

    /// <summary>What the axis shows.</summary>
    public string Title { get; }

    /// <summary>One name per position, or null where positions are numbers.</summary>
    public IReadOnlyList<string>? Labels { get; }

    /// <summary>Whether equal steps along the axis are equal factors; only for positive numbers.</summary>
    public bool Logarithmic { get; init; }

    /// <summary>The name of one position.</summary>
    internal string Label(int position) => Labels is null ? position.ToString(System.Globalization.CultureInfo.InvariantCulture) : Labels[position];

    /// <summary>Refuses a number of labels that does not match the data.</summary>
    internal void RequireLabels(int count, string what, string argument)
    {
        if (Labels is not null && Labels.Count != count)
            throw new ArgumentException($"{argument}: expected {count} {Words.Plural(count, "label")}, one per {what}, got {Labels.Count}", argument);
    }
}
