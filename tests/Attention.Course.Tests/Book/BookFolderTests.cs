using Attention.Course.Book;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

public class BookFolderTests
{
    [Fact]
    public void Build_TwiceFromTheSameNotebooks_WritesTheSameBytes()
    {
        using TemporaryCourse course = Course();
        course.Build(Path.Combine(course.Root, "one"));
        course.Build(Path.Combine(course.Root, "two"));
        Assert.Equal(Contents(Path.Combine(course.Root, "one")), Contents(Path.Combine(course.Root, "two")));
    }

    [Fact]
    public void Build_OverAnOlderBook_ReplacesItAsAWhole()
    {
        using TemporaryCourse course = Course();
        course.Build();
        File.WriteAllText(Path.Combine(course.BookPath, "gone.html"), "old");
        course.With("b.ipynb", Markdown("# B")).Build();
        Assert.False(File.Exists(Path.Combine(course.BookPath, "gone.html")));
        Assert.True(File.Exists(Path.Combine(course.BookPath, "b.html")));
        Assert.Equal(["book", "notebooks"], Entries(course.Root));
    }

    [Fact]
    public void Build_IntoAFolderWithOtherThings_LeavesItAlone()
    {
        using TemporaryCourse course = Course().WithFile("book/thesis.txt", "mine");
        UserError error = Assert.Throws<UserError>(() => course.Build());
        Assert.Equal($"The book cannot be written to {course.BookPath}: the folder holds other things, and the book would replace them; name a new folder.", error.Message);
        Assert.Equal("mine", course.Page("thesis.txt"));
        Assert.Equal(["book", "notebooks"], Entries(course.Root));
    }

    [Fact]
    public void Build_OverAFile_SaysSo()
    {
        using TemporaryCourse course = Course().WithFile("book", "mine");
        Assert.Equal($"The book cannot be written to {course.BookPath}: that is a file, and the book is a folder.", Assert.Throws<UserError>(() => course.Build()).Message);
    }

    [Fact]
    public void Build_BelowAFile_SaysSo()
    {
        using TemporaryCourse course = Course().WithFile("file", "mine");
        UserError error = Assert.Throws<UserError>(() => course.Build(Path.Combine(course.Root, "file", "book")));
        Assert.StartsWith("The book cannot be written to ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Build_IntoAnEmptyOrMissingFolder_Works()
    {
        using TemporaryCourse course = Course();
        string empty = Directory.CreateDirectory(Path.Combine(course.Root, "empty")).FullName;
        course.Build(empty);
        BookResult book = course.Build(Path.Combine(course.Root, "new", "deep"));
        Assert.True(File.Exists(Path.Combine(empty, "index.html")));
        Assert.Equal(Path.Combine(course.Root, "new", "deep", "index.html"), book.Index);
    }

    [Fact]
    public void Build_ThroughALink_ReplacesWhatItPointsTo()
    {
        using TemporaryCourse course = Course();
        course.Build();
        string link = Path.Combine(course.Root, "link");
        Directory.CreateSymbolicLink(link, course.BookPath);
        course.Build(link);
        Assert.NotNull(new DirectoryInfo(link).LinkTarget);
        Assert.True(File.Exists(Path.Combine(course.BookPath, "index.html")));
    }

    [Fact]
    public void Build_Stopped_LeavesTheOlderBookAndNothingElse()
    {
        using TemporaryCourse course = Course();
        course.Build();
        Assert.Throws<OperationCanceledException>(() => course.BuildUntil(new CancellationToken(canceled: true)));
        Assert.True(File.Exists(Path.Combine(course.BookPath, "index.html")));
        Assert.Equal(["book", "notebooks"], Entries(course.Root));
    }

    [Fact]
    public void Build_BrokenNotebook_NamesItAndLeavesTheOlderBook()
    {
        using TemporaryCourse course = Course();
        course.Build();
        course.WithFile("notebooks/b.ipynb", "{ \"cells\": [");
        Assert.Contains("b.ipynb", Assert.Throws<UserError>(() => course.Build()).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(course.BookPath, "a.html")));
        Assert.Equal(["book", "notebooks"], Entries(course.Root));
    }

    private static TemporaryCourse Course() => new TemporaryCourse().With("a.ipynb", Markdown("# A\n\nText."), Code("1 + 1"));

    private static string[] Entries(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Contents(string folder) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path), path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
}
