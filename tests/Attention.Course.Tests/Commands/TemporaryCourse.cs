namespace Attention.Course.Tests.Commands;

/// <summary>A course in a temporary folder, removed with everything in it.</summary>
internal sealed class TemporaryCourse : IDisposable
{
    public TemporaryCourse() => Directory.CreateDirectory(Path.Combine(Root, "notebooks"));

    public string Root { get; } = Directory.CreateTempSubdirectory("course-").FullName;

    /// <summary>Writes a file below the root and gives its full path.</summary>
    public string Write(string path, string text)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return full;
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>All files below the root, so that a test sees what a failure left behind.</summary>
    public IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
