using Attention.Course.Book;
using Attention.Course.Documents;

namespace Attention.Course.Tests.Book;

/// <summary>A course in a temporary folder: the notebooks and files that a test writes, and the book made of them.</summary>
internal sealed class TemporaryCourse : IDisposable
{
    public TemporaryCourse() => Directory.CreateDirectory(Path.Combine(Root, "notebooks"));

    public string Root { get; } = Directory.CreateTempSubdirectory("attention-book-").FullName;

    public string BookPath => Path.Combine(Root, "book");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    public TemporaryCourse With(string name, params Cell[] cells) => With(name, new Notebook { Cells = [.. cells] });

    public TemporaryCourse With(string name, Notebook notebook)
    {
        NotebookFile.Write(Path.Combine(Root, "notebooks", name), notebook);
        return this;
    }

    public TemporaryCourse WithFile(string path, string text)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public BookResult Build(string? target = null) => BuildUntil(TestContext.Current.CancellationToken, target);

    public BookResult BuildUntil(CancellationToken cancellation, string? target = null) =>
        BookBuilder.Build(Root, [.. NotebookFinder.Find(new CourseFolder(Root), []).Where(path => !path.Contains("exercises", StringComparison.Ordinal))], target ?? BookPath, cancellation);

    public string Page(string name) => File.ReadAllText(Path.Combine(BookPath, name));

    /// <summary>The page of a course with this one notebook.</summary>
    public static string PageOf(params Cell[] cells)
    {
        using var course = new TemporaryCourse();
        course.With("a.ipynb", cells).Build();
        return course.Page("a.html");
    }

    public static Cell Markdown(string source, string id = "text") => new() { Id = id, Kind = CellKind.Markdown, Source = source };

    public static Cell Code(string source, params Output[] outputs) => Code("code", source, outputs);

    public static Cell Code(string id, string source, params Output[] outputs) => new() { Id = id, Kind = CellKind.Code, Source = source, Outputs = [.. outputs] };
}
