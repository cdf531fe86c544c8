using System.Text.RegularExpressions;
using Attention.Course.Documents;

namespace Notebooks.Tests;

/// <summary>The first page says what is so: its picture is the course's own, its links lead somewhere, its table names every notebook.</summary>
public sealed partial class ReadmeTests
{
    private const string Picture = "notebooks/images/the-old-teacher-reads-good-code.svg";

    private static readonly string Readme = File.ReadAllText(Path.Combine(Course.Folder.Root, "README.md"));

    /// <summary><c>UPDATE_GOLDEN=1 dotnet test tests/Notebooks.Tests</c> takes the picture from the notebook anew.</summary>
    [Fact]
    public void Picture_OnTheFirstPage_IsWhatTheNotebookDraws()
    {
        Cell cell = Course.Read("03-1-attention-step-by-step").Cells.Single(cell => cell.Id == "map-ambiguous");
        string drawn = Assert.IsType<ResultOutput>(cell.Outputs[^1]).Data["image/svg+xml"]!.ToString();
        string file = Path.Combine(Course.Folder.Root, Picture);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, drawn);
        }

        Assert.Contains($"]({Picture})", Readme, StringComparison.Ordinal);
        Assert.Equal(drawn, File.ReadAllText(file));
    }

    [Fact]
    public void Link_WithinTheRepository_LeadsToAFile()
    {
        string[] paths = [.. Link().Matches(Readme).Select(match => match.Groups["path"].Value).Where(path => !path.Contains("://", StringComparison.Ordinal))];

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.True(Path.Exists(Path.Combine(Course.Folder.Root, path)), $"README.md links to {path}, which is not there"));
    }

    [Fact]
    public void Table_OfNotebooks_NamesEveryOne() =>
        Assert.All(Course.Names, name => Assert.Contains($"](notebooks/{name}.ipynb)", Readme, StringComparison.Ordinal));

    [Theory]
    [InlineData("dotnet run --project lib/Attention.Course ")]
    [InlineData("dotnet test ")]
    public void Commands_ThatANewcomerNeeds_Stand(string command) => Assert.Contains($"\n{command}", Readme, StringComparison.Ordinal);

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)")]
    private static partial Regex Link();
}
