using Attention.Course.Documents;

namespace Notebooks.Tests.Form;

/// <summary>The notebooks cover the documents, heading by heading.</summary>
public sealed class MirrorTests
{
    [Fact]
    public void Headings_OfTheFiveDocuments_AreAllThere() =>
        Assert.Equal(
            [("000", 7), ("001", 9), ("002", 28), ("003", 9), ("004", 96)],
            Heading.All.DistinctBy(heading => heading.Key).CountBy(heading => heading.Key[..3]).Select(count => (count.Key, count.Value)));

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Mirrors_InANotebook_StandOnHeadingsAndNameItsOwnHeadings(string name)
    {
        var known = Heading.All.ToDictionary(heading => heading.Key);
        Assert.All(Course.Read(name).Cells, cell =>
        {
            IReadOnlyList<string> mirrored = Heading.MirroredBy(cell);
            Assert.Equal(mirrored.Distinct(), mirrored);
            Assert.True(mirrored.Count == 0 || (cell.Kind == CellKind.Markdown && CellIds.Heading(cell.Source) is not null), $"{name}, {cell.Id}: only a heading mirrors");
            Assert.All(mirrored, key =>
            {
                Assert.True(known.TryGetValue(key, out Heading? heading), $"{name}, {cell.Id}: no document has the heading {key}");
                Assert.True(Covers(name, heading), $"{name}, {cell.Id}: {key} belongs to {heading.Notebooks}");
            });
        });
    }

    [Fact]
    public void EveryHeading_WhoseNotebookExists_IsMirrored()
    {
        var mirrored = Course.Names.SelectMany(name => Course.Read(name).Cells).SelectMany(Heading.MirroredBy).ToHashSet();
        string[] forgotten = [.. Heading.All
            .Where(heading => Course.Names.Any(name => Covers(name, heading)) && !mirrored.Contains(heading.Key))
            .Select(heading => $"{heading.Key} {heading.Text} ({heading.Notebooks})")];
        Assert.True(forgotten.Length == 0, $"headings that no cell mirrors:\n{string.Join('\n', forgotten)}");
    }

    private static bool Covers(string notebook, Heading heading) => notebook.StartsWith(heading.Notebooks, StringComparison.Ordinal);
}
