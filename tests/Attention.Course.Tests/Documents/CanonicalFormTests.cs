using Attention.Course.Documents;

namespace Attention.Course.Tests.Documents;

public class CanonicalFormTests
{
    private static readonly string GoldenFile = Path.Combine(AppContext.BaseDirectory, "Documents", "everything.ipynb");

    [Fact]
    public void ToText_NotebookWithEverything_IsTheGoldenFile() =>
        Assert.Equal(File.ReadAllText(GoldenFile), NotebookFile.ToText(Samples.Everything()));

    [Fact]
    public void NotebookSchema_GoldenFile_IsValidAndAnyMissingFieldIsFound()
    {
        string golden = File.ReadAllText(GoldenFile);
        Assert.Empty(NotebookSchema.Violations(golden));
        foreach (string field in new[] { "id", "source", "outputs", "execution_count", "output_type", "data", "text", "traceback" })
        {
            Assert.NotEmpty(NotebookSchema.Violations(golden.Replace($"\"{field}\":", $"\"{field}s\":", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void ToText_FieldsAndCharacters_AreOrderedAndEscapedAsInJupyter()
    {
        var notebook = new Notebook { Metadata = new() { ["b"] = "\u0001\u007f\u2028<>&'\"\\/\b\f\n\r\t", ["a"] = 1, ["B"] = "half \ud83d", ["_"] = 1.50 } };
        Assert.Contains(
            """
              "B": "half �",
              "_": 1.5,
              "a": 1,
              "b": "\u0001
            """ + "\u007f\u2028<>&'" + """\"\\/\b\f\n\r\t",""",
            NotebookFile.ToText(notebook),
            StringComparison.Ordinal);
    }

    [Fact]
    public void ToText_OfWhatWasWritten_IsTheSameText()
    {
        string text = NotebookFile.ToText(Samples.Everything());
        Assert.Equal(text, NotebookFile.ToText(NotebookFile.Parse(text, "n.ipynb")));
    }

    [Fact]
    public void ToText_ForeignKernelMetadata_BecomesTheCourses()
    {
        string foreign = Samples.Smallest.Replace(".NET (C#)", "C# 14 (ClrKernel)", StringComparison.Ordinal).Replace(".net-csharp", "clr-csharp", StringComparison.Ordinal);
        Assert.Equal(NotebookFile.ToText(new Notebook()), NotebookFile.ToText(NotebookFile.Parse(foreign, "n.ipynb")));
    }

    [Fact]
    public void Parse_LineBreaksOfWindows_BecomeLineFeeds()
    {
        string text = Samples.WithCells("""{"cell_type":"code","id":"a","source":["1\r\n","2\r3"],"outputs":[{"output_type":"stream","name":"stdout","text":"10%\r20%\r\n"}]}""");
        Cell cell = Assert.Single(NotebookFile.Parse(text.Replace(",", ",\r\n", StringComparison.Ordinal), "n.ipynb").Cells);
        Assert.Equal("1\n2\n3", cell.Source);
        Assert.Equal("10%\r20%\n", Assert.IsType<StreamOutput>(Assert.Single(cell.Outputs)).Text);
    }

    [Fact]
    public void Parse_OlderMinorWithoutIds_GivesReadableIdsThatStay()
    {
        string text = Samples.WithCells(
            """
            {"cell_type":"markdown","metadata":{},"source":"# The *scores*, naïvely\n\ntext"},
            {"cell_type":"code","metadata":{},"source":"// Sum the row\nrow.Sum()"},
            {"cell_type":"code","metadata":{},"source":"1"},
            {"cell_type":"code","metadata":{},"source":"2"},
            {"cell_type":"markdown","metadata":{},"source":"注意力"},
            {"cell_type":"markdown","metadata":{},"source":"Read on and see."}
            """,
            minor: 4);
        string[] expected = ["the-scores-naively", "sum-the-row", "the-scores-naively-code", "the-scores-naively-code-2", "the-scores-naively-2", "read-on-and-see"];
        Assert.Equal(expected, NotebookFile.Parse(text, "n.ipynb").Cells.Select(cell => cell.Id));
    }

    [Fact]
    public void Parse_JsonMimeType_StaysAnObject()
    {
        Notebook notebook = NotebookFile.Parse(NotebookFile.ToText(Samples.Everything()), "n.ipynb");
        var display = Assert.IsType<DisplayOutput>(notebook.Cells[1].Outputs[1]);
        Assert.Equal("1.5", display.Data["application/vnd.plotly.v1+json"]!["data"]![0]!.ToJsonString());
        Assert.Equal("a\nb", (string?)display.Data["text/plain"]);
    }
}
