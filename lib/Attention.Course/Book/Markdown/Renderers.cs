using Attention.Course.Book.Code;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.TaskLists;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Attention.Course.Book.Markdown;

/// <summary>Leaves the formula's TeX as text: KaTeX sets it in the browser, and without a script it can still be read.</summary>
internal sealed class InlineMathRenderer : HtmlObjectRenderer<MathInline>
{
    protected override void Write(HtmlRenderer renderer, MathInline obj)
    {
        renderer.Write(obj.DelimiterCount == 2 ? "<span class=\"math display\">" : "<span class=\"math\">");
        renderer.WriteEscape(obj.Content);
        renderer.Write("</span>");
    }
}

/// <inheritdoc cref="InlineMathRenderer"/>
internal sealed class DisplayMathRenderer : HtmlObjectRenderer<MathBlock>
{
    protected override void Write(HtmlRenderer renderer, MathBlock obj)
    {
        renderer.EnsureLine();
        renderer.Write("<div class=\"math display\">");
        renderer.WriteLeafRawLines(obj, writeEndOfLines: true, escape: true);
        renderer.WriteLine("</div>");
    }
}

/// <summary>Writes a fenced block, highlighted when it is C#.</summary>
internal sealed class CodeBlockRenderer : HtmlObjectRenderer<CodeBlock>
{
    protected override void Write(HtmlRenderer renderer, CodeBlock obj)
    {
        string language = ((obj as FencedCodeBlock)?.Info ?? "").Split(' ')[0].ToLowerInvariant();
        renderer.EnsureLine();
        renderer.WriteLine(CodeHtml.Block(obj.Lines.ToString(), language));
    }
}

/// <summary>Gives a heading its id, its place in the page's outline, and a link to itself.</summary>
internal sealed class HeadingRenderer : HtmlObjectRenderer<HeadingBlock>
{
    /// <summary>Where a heading block keeps what the page knows about it.</summary>
    public static readonly object Key = typeof(Heading);

    protected override void Write(HtmlRenderer renderer, HeadingBlock obj)
    {
        var heading = (Heading?)obj.GetData(Key) ?? throw new InvalidOperationException("A heading was rendered before its page was read.");
        renderer.EnsureLine();
        // The link stands beside the heading: inside, a screen reader would read it as part of the name.
        renderer.Write($"<div class=\"heading level-{heading.Level}\"><h{heading.Level} id=\"{Html.Escape(heading.Id)}\">");
        renderer.WriteLeafInline(obj);
        renderer.Write($"</h{heading.Level}><a class=\"anchor\" href=\"#{Html.Escape(heading.Id)}\" aria-label=\"Link to this section: {Html.Escape(heading.Text)}\">#</a>");
        renderer.WriteLine("</div>");
    }
}

/// <summary>A task of a list, which the page shows and nobody can tick.</summary>
internal sealed class TaskRenderer : HtmlObjectRenderer<TaskList>
{
    protected override void Write(HtmlRenderer renderer, TaskList obj) =>
        renderer.Write($"<input type=\"checkbox\" disabled{(obj.Checked ? " checked" : "")} aria-label=\"{(obj.Checked ? "done" : "to do")}\">");
}

/// <summary>A link whose text alone is wanted, as in the table of contents, where the whole entry is a link already.</summary>
internal sealed class UnlinkedRenderer : HtmlObjectRenderer<LinkInline>
{
    protected override void Write(HtmlRenderer renderer, LinkInline obj) => renderer.WriteChildren(obj);
}
