using System.Text;
using Markdig;
using Markdig.Extensions.EmphasisExtras;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.TaskLists;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Attention.Course.Book.Markdown;

/// <summary>The Markdown that notebook hosts share: tables, footnotes, task lists, strike-through, raw HTML, and mathematics between dollars.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline Pipeline = CreatePipeline();

    /// <summary>Parses one cell.</summary>
    public static MarkdownDocument Parse(string markdown) => Markdig.Markdown.Parse(markdown, Pipeline);

    /// <summary>Renders a parsed cell whose headings know their place.</summary>
    public static string ToHtml(MarkdownDocument document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        HtmlRenderer renderer = CreateRenderer(text);
        renderer.Render(document);
        return text.ToString();
    }

    /// <summary>Renders the inside of a paragraph or heading, with links reduced to their text.</summary>
    public static string ToInnerHtml(LeafBlock block)
    {
        using var text = new StringWriter { NewLine = "\n" };
        HtmlRenderer renderer = CreateRenderer(text);
        renderer.ObjectRenderers.RemoveAll(r => r is LinkInlineRenderer or HtmlInlineRenderer);
        renderer.ObjectRenderers.Add(new UnlinkedRenderer());
        renderer.WriteLeafInline(block);
        return text.ToString();
    }

    /// <summary>The plain text of a paragraph or heading; formulas stay as TeX.</summary>
    public static string ToPlainText(LeafBlock block)
    {
        var text = new StringBuilder();
        foreach (MarkdownObject part in block.Inline?.Descendants() ?? [])
        {
            _ = part switch
            {
                LiteralInline literal => text.Append(literal.Content.AsSpan()),
                CodeInline code => text.Append(code.Content),
                MathInline math => text.Append(math.Content.AsSpan()),
                HtmlEntityInline entity => text.Append(entity.Transcoded.AsSpan()),
                LineBreakInline => text.Append(' '),
                _ => text,
            };
        }

        return text.ToString().Trim();
    }

    private static MarkdownPipeline CreatePipeline()
    {
        MarkdownPipelineBuilder builder = new MarkdownPipelineBuilder()
            .UsePipeTables()
            .UseFootnotes()
            .UseTaskLists()
            .UseEmphasisExtras(EmphasisExtraOptions.Strikethrough)
            .UseAutoLinks();
        builder.InlineParsers.InsertBefore<EmphasisInlineParser>(new InlineMathParser());
        builder.BlockParsers.Insert(0, new DisplayMathParser());
        return builder.Build();
    }

    private static HtmlRenderer CreateRenderer(TextWriter text)
    {
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.RemoveAll(r => r is Markdig.Renderers.Html.CodeBlockRenderer or Markdig.Renderers.Html.HeadingRenderer or HtmlTaskListRenderer);
        renderer.ObjectRenderers.InsertRange(0, [new DisplayMathRenderer(), new InlineMathRenderer(), new CodeBlockRenderer(), new HeadingRenderer(), new TaskRenderer()]);
        return renderer;
    }
}
