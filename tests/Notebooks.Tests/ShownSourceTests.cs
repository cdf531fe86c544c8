using System.Text.RegularExpressions;
using Attention.Course.Documents;

namespace Notebooks.Tests;

/// <summary>Where a notebook shows source of the library, it is the source. Such a block opens with the file's path as a comment.</summary>
public sealed partial class ShownSourceTests
{
    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void LibrarySource_ShownInANotebook_IsWhatTheFileSays(string name)
    {
        foreach (Cell cell in Course.Read(name).Cells)
        {
            foreach (var (path, shown) in Blocks(cell.Source))
            {
                string file = Path.Combine(Course.Folder.Root, path);
                Assert.True(File.Exists(file), $"{name}, {cell.Id}: there is no {path}");
                Assert.True(Shows(shown, File.ReadAllText(file)), $"{name}, {cell.Id}: {path} says something else now than\n{shown}");
            }
        }
    }

    [Fact]
    public void LibrarySource_SomewhereInTheCourse_IsShown() =>
        Assert.NotEmpty(Course.Names.SelectMany(name => Course.Read(name).Cells).SelectMany(cell => Blocks(cell.Source)));

    [Theory]
    [InlineData("int Two() => 2;", true)]
    [InlineData("int Two() => 3;", false)]
    [InlineData("int One() => 1;\nint Two() => 2;", true)]
    [InlineData("int One() => 1;\nint Three() => 3;", false)]
    public void Shows_APieceOfAFile_OnlyWhenItIsOne(string shown, bool expected) =>
        Assert.Equal(expected, Shows(shown, "class Numbers\n{\n    int One() => 1;\n    int Two() => 2;\n\n    int Three() => 3;\n}\n"));

    /// <summary>Whether the lines stand in the file one after the other, indentation apart.</summary>
    private static bool Shows(string shown, string file)
    {
        string[] wanted = Lines(shown), there = Lines(file);
        return Enumerable.Range(0, Math.Max(0, there.Length - wanted.Length + 1)).Any(start => there.AsSpan(start, wanted.Length).SequenceEqual(wanted));
    }

    private static string[] Lines(string text) => [.. text.Trim('\n').Split('\n').Select(line => line.Trim())];

    private static IEnumerable<(string Path, string Source)> Blocks(string markdown) =>
        Block().Matches(markdown).Select(match => (match.Groups["path"].Value, match.Groups["source"].Value));

    [GeneratedRegex(@"^```csharp\n// (?<path>lib/\S+\.cs)\n(?<source>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
