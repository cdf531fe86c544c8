namespace Attention.Course.Commands;

/// <summary>The Markdown form of a notebook, explained once for export and import.</summary>
internal static class MarkdownHelp
{
    public const string Form = """
        The form:
          # A heading                 begins a Markdown cell; so does prose after a code cell.
                                      Blank lines around a cell don't matter.

          ```csharp                   is a code cell. Any other word behind the fence (cs, text,
          1 + 1                       none) makes it a part of the Markdown cell around it.
          ```

          <!-- cell -->               begins a Markdown cell where there is no heading.
          <!-- markdown -->           begins one that is kept to the letter, with several headings,
          <!-- end -->                csharp fences or outer blank lines, until the end.
          <!-- raw --> <!-- end -->   holds a raw cell in the same way.

        A cell's id, tags and other metadata stand behind the word, all optional:
          <!-- cell #scores {"mirrors": ["004 3.1.2"]} -->
          ```csharp #time-it .volatile
        and the notebook's own metadata in the first line:
          <!-- notebook {"minutes": 60} -->
        """;

    public const string Import = """
        What the text says about a cell replaces what the notebook knew. A cell about which it says nothing
        keeps the id and metadata of the cell with the same text; new cells get ids from their heading or
        first words. Outputs stay with code that did not change. Quoted outputs in the text are ignored.
        """;
}
