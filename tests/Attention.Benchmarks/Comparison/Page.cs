namespace Attention.Benchmarks;

/// <summary>A Markdown file that shows the comparison between two lines of its own.</summary>
internal sealed class Page
{
    internal const string Begin = "<!-- peers -->";
    internal const string End = "<!-- /peers -->";

    private readonly string _file;

    /// <exception cref="ArgumentException">The file is not there, or lacks the lines: said before anything is measured.</exception>
    internal Page(string file)
    {
        _file = file;
        _ = Around();
    }

    /// <param name="table">The comparison.</param>
    /// <param name="picture">The chart's file; null where nothing was compared.</param>
    internal void Write(string table, string? picture)
    {
        (string before, string after) = Around();
        const string Seen = "Bars: how many times as fast as the best peer each kernel is; the table below has the same numbers.";
        WholeFile.Write(_file, $"{before}{Begin}\n\n{(picture is null ? "" : $"![{Seen}]({Link(picture)})\n\n")}{table.ReplaceLineEndings("\n")}\n{End}{after}");
    }

    private string Link(string picture) => Path.GetRelativePath(Path.GetDirectoryName(Path.GetFullPath(_file))!, Path.GetFullPath(picture)).Replace('\\', '/');

    private (string Before, string After) Around()
    {
        string text = File.Exists(_file) ? File.ReadAllText(_file) : throw new ArgumentException($"--into: there is no file {_file}");
        int begin = text.IndexOf(Begin, StringComparison.Ordinal), end = text.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin ? (text[..begin], text[(end + End.Length)..]) : throw new ArgumentException($"--into: {_file} lacks the lines '{Begin}' and '{End}'");
    }
}
