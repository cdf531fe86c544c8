using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Tests.Documents;

/// <summary>Markdown as a person writes it, and what an import keeps of the notebook it replaces.</summary>
public class MarkdownImportTests
{
    private const string ByHand =
        """


        # Attention, step by step
        What does a word look at?
        ```csharp
        float[] row = [1, 2];
        ```
        ```csharp .volatile
        // Time it
        row.Sum()
        ```

        ## The scores
        A sketch:
        ```cs
        # not a heading, and not a cell
        ```
        <!-- a remark -->
        <!--
        ## commented out
        ```csharp
        ```
        -->
        <!-- cell {"mirrors": ["004 3.1.2"]} -->

        No heading here.
        """;

    [Fact]
    public void ToNotebook_TypedText_SplitsIntoCellsWithReadableIds()
    {
        Notebook notebook = Import(ByHand);
        Assert.Equal(["attention-step-by-step", "attention-step-by-step-code", "time-it", "the-scores", "no-heading-here"], notebook.Cells.Select(cell => cell.Id));
        Assert.Equal("# Attention, step by step\nWhat does a word look at?", notebook.Cells[0].Source);
        Assert.Equal("float[] row = [1, 2];", notebook.Cells[1].Source);
        Assert.Equal("volatile", (string?)notebook.Cells[2].Metadata["tags"]![0]);
        Assert.Contains("not a cell", notebook.Cells[3].Source, StringComparison.Ordinal);
        Assert.EndsWith("-->", notebook.Cells[3].Source, StringComparison.Ordinal);
        Assert.Equal("004 3.1.2", (string?)notebook.Cells[4].Metadata["mirrors"]![0]);
        Assert.Equal("No heading here.", notebook.Cells[4].Source);
    }

    [Theory]
    [InlineData("\ufeff# A\r\n\r\ntext\r\n", "# A\n\ntext")]
    [InlineData("<!-- markdown -->\n\n# A\n# B\n```csharp\n```\n\n<!-- end -->", "\n# A\n# B\n```csharp\n```\n")]
    [InlineData("<!-- raw #tex -->\n\\newpage\n<!-- end -->", "\\newpage")]
    [InlineData("````csharp\n```\n````", "```")]
    [InlineData("``` csharp\n1\n```", "1")]
    [InlineData("```csharp\n```", "")]
    [InlineData("~~~\n# A\n~~~\n", "~~~\n# A\n~~~")]
    public void ToNotebook_OneCell_HasThisSource(string markdown, string source)
    {
        using var course = new Commands.TemporaryCourse();
        Assert.Equal(source, Assert.Single(Import(TextFile.Read(course.Write("n.md", markdown))).Cells).Source);
    }

    [Fact]
    public void ToNotebook_OverExisting_KeepsWhatDidNotChange()
    {
        Notebook before = Import("# Title\n\nprose\n```csharp\n1\n```\n```csharp\n2\n```\n```csharp\n2\n```");
        before.Metadata["minutes"] = 60;
        before.Cells[0].Metadata["mirrors"] = new JsonArray("000 1");
        foreach (Cell cell in before.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.Outputs = [new StreamOutput("stdout", cell.Id)];
            cell.ExecutionCount = 7;
        }

        Notebook after = MarkdownImport.ToNotebook("# Title\n\nother prose\n```csharp\n0\n```\n```csharp\n2\n```\nnew\n```csharp\n2\n```\n```csharp\n1 + 0\n```", "n.md", before);
        Assert.Equal(["title", "title-code", "title-code-2", "new", "title-code-3", "title-code-4"], after.Cells.Select(cell => cell.Id));
        Assert.Equal("000 1", (string?)after.Cells[0].Metadata["mirrors"]![0]);
        Assert.Equal(["", "title-code-2", "title-code-3", ""], after.Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.Outputs is [StreamOutput shown] ? shown.Text : ""));
        Assert.Equal([null, 7, 7, null], after.Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.ExecutionCount));
        Assert.Equal(60, (int?)after.Metadata["minutes"]);
    }

    [Fact]
    public void ToNotebook_HeaderWithId_SaysAllAboutTheCell()
    {
        Notebook before = Import("```csharp #a .volatile {\"x\": 1}\n1\n```");
        before.Cells[0].Outputs = [new StreamOutput("stdout", "1")];
        Cell moved = Assert.Single(MarkdownImport.ToNotebook("```csharp #a .needs-nuget\n1\n```", "n.md", before).Cells);
        Assert.Equal("""{"tags": ["needs-nuget"]}""", CanonicalJson.OneLine(moved.Metadata));
        Assert.Single(moved.Outputs);
    }

    [Theory]
    [InlineData("a\n```csharp\n1", "n.md, line 2: this cell is never closed; end it with a line ```.")]
    [InlineData("<!-- raw -->\n", "n.md, line 1: this cell is never closed; end it with a line <!-- end -->.")]
    [InlineData("a\n~~~\n# b", "n.md, line 2: this fence or comment is never closed.")]
    [InlineData("\n<!-- a\n# b", "n.md, line 2: this fence or comment is never closed.")]
    [InlineData("a\n\n<!-- end -->", "n.md, line 3: nothing is open that <!-- end --> could end.")]
    [InlineData("a\n<!-- notebook {} -->", "n.md, line 2: the notebook's metadata must come first, and once.")]
    [InlineData("<!-- cell #a -->\n\n```csharp\n```", "n.md, line 1: this cell has no text; write an empty one as <!-- markdown --> and <!-- end -->, and put a code cell's header behind ```csharp.")]
    [InlineData("# a\n<!-- cell #b! -->\nx", "n.md, line 2: \"#b!\" must be a #name, then .tags, then other metadata as a JSON object.")]
    [InlineData("```csharp {\"a\": }\n```", "n.md, line 1, metadata, line 1, column 7: this is not JSON (unexpected \"}\").")]
    [InlineData("```csharp .a .a\n```", "n.md, line 1: \"tags\" must be different words without commas.")]
    [InlineData("```csharp time it\n```", "n.md, line 1: \"time it\" must be a #name, then .tags, then other metadata as a JSON object.")]
    [InlineData("<!-- cell #a -->\nx\n<!-- cell #a -->\ny", "n.md, line 4: the name #a is taken by the cell in line 2.")]
    public void ToNotebook_BadMarkdown_SaysWhatAndWhere(string markdown, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UserError>(() => Import(markdown)).Message);

    private static Notebook Import(string markdown) => MarkdownImport.ToNotebook(markdown, "n.md", null);
}
