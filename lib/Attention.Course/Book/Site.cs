using Attention.Course.Book.Pages;

namespace Attention.Course.Book;

/// <summary>The book while it is made: its chapters, and the files of the course that its pages lead to.</summary>
/// <param name="root">The course's folder.</param>
/// <param name="chapters">The chapters in reading order.</param>
internal sealed class Site(string root, IReadOnlyList<Chapter> chapters)
{
    private readonly string _root = Path.GetFullPath(root);
    private readonly SortedDictionary<string, string> _attached = new(StringComparer.Ordinal);

    /// <summary>The chapters in reading order.</summary>
    public IReadOnlyList<Chapter> Chapters { get; } = chapters;

    /// <summary>What the pages' readers would stumble over.</summary>
    public List<Problem> Problems { get; } = [];

    /// <summary>The path in the course of what a notebook refers to, or null when it lies outside.</summary>
    public string? Locate(Chapter from, string address)
    {
        string folder = Path.GetDirectoryName(Path.Combine(_root, from.Path))!;
        string full = Path.GetFullPath(Path.Combine(folder, Uri.UnescapeDataString(address)));
        string relative = Path.GetRelativePath(_root, full).Replace('\\', '/');
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    /// <summary>Whether a path in the course is a folder, of which the book has no page.</summary>
    public bool IsFolder(string path) => Directory.Exists(Path.Combine(_root, path));

    /// <summary>
    /// Takes a file of the course into the book and gives its address there, or null when there is no such file. C# gets a page in colours, anything else is copied.
    /// </summary>
    public string? Attach(string path)
    {
        string full = Path.Combine(_root, path);
        if (!File.Exists(full))
        {
            return null;
        }

        string name = path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) ? "source-" + path.Replace('/', '-') + ".html" : "files/" + path;
        _attached[name] = full;
        return Address(name);
    }

    /// <summary>A file of the book as an address on its pages.</summary>
    public static string Address(string name) => string.Join('/', name.Split('/').Select(Uri.EscapeDataString));

    /// <summary>Writes what the pages lead to into the book's folder.</summary>
    public void WriteAttached(string folder)
    {
        foreach ((string name, string source) in _attached)
        {
            string target = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (name.EndsWith(".cs.html", StringComparison.OrdinalIgnoreCase))
            {
                string path = Path.GetRelativePath(_root, source).Replace('\\', '/');
                File.WriteAllText(target, SourcePage.Render(this, path, File.ReadAllText(source).ReplaceLineEndings("\n")));
            }
            else
            {
                File.Copy(source, target, overwrite: true);
            }
        }
    }
}
