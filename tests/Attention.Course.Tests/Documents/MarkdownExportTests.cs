using Attention.Course.Documents;

namespace Attention.Course.Tests.Documents;

public class MarkdownExportTests
{
    [Fact]
    public void ToText_NotebookWithEverything_ReadsLikeThis() => Assert.Equal(
        """
        <!-- notebook {"authors": [{"name": "Ada"}], "minutes": 75} -->

        <!-- cell #scores {"mirrors": ["004 3.1"]} -->
        # Scores – 分数

        What is $q \cdot k$? 🙂

        ```csharp #scores-code .volatile
        Console.WriteLine("<b>");
        1 + 1
        ```

        <!-- output -->
        >     <b>
        >
        >     a
        >     b
        >
        >     2
        >
        >     System.Exception: no

        <!-- raw #tex {"format": "text/latex"} -->
        \newpage

        <!-- end -->

        <!-- cell #picture -->
        ![a](attachment:a.png)

        """,
        MarkdownWriter.ToText(Samples.Everything(), withOutputs: true));

    [Fact]
    public void ToText_CellsThatLookLikeTheirSurroundings_AreEnclosed()
    {
        var notebook = new Notebook
        {
            Cells =
            [
                new() { Id = "a", Kind = CellKind.Markdown, Source = "# A\n\n## B\n<!-- end -->" },
                new() { Id = "b", Kind = CellKind.Markdown, Source = "" },
                new() { Id = "c", Kind = CellKind.Code, Source = "\"\"\"\n```\n\"\"\"", Metadata = new() { ["note"] = "a`b --> c" } },
            ],
        };
        Assert.Equal(
            """
            <!-- markdown #a -->
            # A

            ## B
            <!-- \end -->
            <!-- end -->

            <!-- markdown #b -->
            <!-- end -->

            ````csharp #c {"note": "a\u0060b --\u003e c"}
            """ + "\n\"\"\"\n```\n\"\"\"\n````\n",
            MarkdownWriter.ToText(notebook, withOutputs: false));
    }
}
