namespace Attention.Models.Tests.Data;

/// <summary>A folder for the files of one test; it goes when the test does.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("attention-").FullName;

    public string this[string name] => Path.Combine(_path, name);

    public string[] Files => [.. Directory.EnumerateFileSystemEntries(_path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public string Write(string name, params byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
