using System.Text.RegularExpressions;
using Attention.Course.Documents;

namespace Notebooks.Tests.Form;

/// <summary>The form that every notebook keeps, whoever saved it last.</summary>
public sealed partial class CellFormTests
{
    private const int LongestCode = 30;

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void File_AsStored_IsCanonical(string name) =>
        Assert.True(TextFile.Holds(Course.PathOf(name), NotebookFile.ToText(Course.Read(name))), $"{name}: run course format");

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Markdown_ExportedAndImported_IsTheSameNotebook(string name)
    {
        Notebook notebook = Course.Read(name);
        Notebook back = MarkdownImport.ToNotebook(MarkdownWriter.ToText(notebook, withOutputs: true), name, notebook);
        Assert.Equal(NotebookFile.ToText(notebook), NotebookFile.ToText(back));
    }

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Ids_OfCells_AreReadableWords(string name) =>
        Assert.All(Course.Read(name).Cells, cell => Assert.True(IsReadable(cell.Id), $"{name}: {cell.Id}"));

    [Theory]
    [InlineData("softmax-by-hand", true)]
    [InlineData("differ-002", true)]
    [InlineData("e3b0c442", false)]
    [InlineData("9f86d081-884c-4d65-9a2f-eaa0c55ad015", false)]
    [InlineData("Softmax_1", false)]
    [InlineData("x", false)]
    public void IsReadable_Id_IsWordsAndNotANumberInDisguise(string id, bool readable) => Assert.Equal(readable, IsReadable(id));

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Code_InACell_IsShortAndHasProseBeforeIt(string name)
    {
        List<Cell> cells = Course.Read(name).Cells;
        Assert.NotEmpty(cells);
        Assert.All(cells.Index().Where(cell => cell.Item.Kind == CellKind.Code), cell =>
        {
            int lines = cell.Item.Source.Split('\n').Length;
            Assert.True(lines <= LongestCode, $"{name}, {cell.Item.Id}: {lines} lines of code, at most {LongestCode}");
            Assert.False(string.IsNullOrWhiteSpace(cell.Item.Source), $"{name}, {cell.Item.Id}: no code");
            Assert.True(cell.Index > 0 && cells[cell.Index - 1].Kind == CellKind.Markdown, $"{name}, {cell.Item.Id}: no prose before it");
        });
    }

    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Notebook_Metadata_SaysHowLongItTakesAndItsFirstCellItsTitle(string name)
    {
        Notebook notebook = Course.Read(name);
        Assert.InRange((int?)notebook.Metadata["minutes"] ?? 0, 5, 180);
        Assert.StartsWith("# ", notebook.Cells[0].Source, StringComparison.Ordinal);
        Assert.Single(notebook.Cells, cell => cell.Kind == CellKind.Markdown && cell.Source.StartsWith("# ", StringComparison.Ordinal));
    }

    private static bool IsReadable(string id) => Words().IsMatch(id) && !Hexadecimal().IsMatch(id);

    [GeneratedRegex(@"\A(?=.*[a-z]{2})[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex Words();

    [GeneratedRegex(@"\A(?=.*[0-9])[0-9a-f]{8}(-|\z)")]
    private static partial Regex Hexadecimal();
}
