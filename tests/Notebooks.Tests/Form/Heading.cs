using Attention.Course.Documents;

namespace Notebooks.Tests.Form;

/// <summary>A heading of one of the five source documents.</summary>
/// <param name="Key">How a cell's mirrors name it: document and number, like "004 3.2.1"; "004 title" is the one without a number.</param>
/// <param name="Notebooks">How the names of the notebooks begin that cover it.</param>
/// <param name="Text">Its words.</param>
internal sealed record Heading(string Key, string Notebooks, string Text)
{
    /// <summary>All of them, in order.</summary>
    public static IReadOnlyList<Heading> All { get; } =
        [.. File.ReadLines(Path.Combine(Course.Folder.Root, "tests", "Notebooks.Tests", "Form", "headings.txt")).Where(line => !line.StartsWith('#')).Select(Parse)];

    /// <summary>The headings that a cell says it covers.</summary>
    public static IReadOnlyList<string> MirroredBy(Cell cell) => cell.Metadata["mirrors"] is { } mirrors ? [.. mirrors.AsArray().Select(key => (string)key!)] : [];

    private static Heading Parse(string line) => line.Split(' ', 4) is [string document, string number, string notebooks, string text]
        ? new($"{document} {number}", notebooks, text)
        : throw new InvalidDataException($"headings.txt: not document, number, notebooks, text: {line}");
}
