using Attention.Course.Book.Markdown;

namespace Attention.Course.Tests.Book;

public class MarkdownTextTests
{
    [Theory]
    [InlineData("a $x_1 * y_2 * z_3$ b", "<p>a <span class=\"math\">x_1 * y_2 * z_3</span> b</p>")]
    [InlineData("$x$-th, ($Q$), $d$s, 2$d$", "<p><span class=\"math\">x</span>-th, (<span class=\"math\">Q</span>), <span class=\"math\">d</span>s, 2<span class=\"math\">d</span></p>")]
    [InlineData("**$W_q$** *and $W_k$*", "<p><strong><span class=\"math\">W_q</span></strong> <em>and <span class=\"math\">W_k</span></em></p>")]
    [InlineData("$a<b\\\\c$", "<p><span class=\"math\">a&lt;b\\\\c</span></p>")]
    [InlineData("$\\$5$", "<p><span class=\"math\">\\$5</span></p>")]
    [InlineData("over $a\n\\cdot b_1 * c *$ a line", "<p>over <span class=\"math\">a\n\\cdot b_1 * c *</span> a line</p>")]
    [InlineData("in $$x_1 * y * z$$ text", "<p>in <span class=\"math display\">x_1 * y * z</span> text</p>")]
    [InlineData("[$x_1$](a.md)", "<p><a href=\"a.md\"><span class=\"math\">x_1</span></a></p>")]
    public void ToHtml_MathematicsInAParagraph_IsKeptFromEmphasis(string markdown, string expected) => Assert.Equal(expected, ToHtml(markdown));

    [Theory]
    [InlineData("from $5 to $6", "<p>from $5 to $6</p>")]
    [InlineData("from $5 to 6$ and $7", "<p>from <span class=\"math\">5 to 6</span> and $7</p>")]
    [InlineData("$5,$6 or $5–$6", "<p>$5,$6 or $5–$6</p>")]
    [InlineData("a \\$x\\$ b", "<p>a $x$ b</p>")]
    [InlineData("an open $x and **bold**", "<p>an open $x and <strong>bold</strong></p>")]
    [InlineData("$ x $", "<p>$ x $</p>")]
    [InlineData("`$x$`", "<p><code>$x$</code></p>")]
    [InlineData("$", "<p>$</p>")]
    [InlineData("$$", "<div class=\"math display\"></div>")]
    [InlineData("a $$ b", "<p>a $$ b</p>")]
    public void ToHtml_DollarsThatAreNoFormula_StayText(string markdown, string expected) => Assert.Equal(expected, ToHtml(markdown));

    [Theory]
    [InlineData("$$\nx_1\n$$", "x_1\n")]
    [InlineData("$$ x_1 $$", " x_1 \n")]
    [InlineData("$$\na &= b \\\\\n- _c_ \\\\\n= d\n\ne\n$$", "a &amp;= b \\\\\n- _c_ \\\\\n= d\ne\n")]
    [InlineData("$$a\n= b$$", "a\n= b\n")]
    public void ToHtml_DisplayedFormula_IsOneBlock(string markdown, string tex) =>
        Assert.Equal($"<div class=\"math display\">{tex}</div>", ToHtml(markdown));

    [Fact]
    public void ToHtml_DisplayedFormulaBetweenText_InterruptsTheParagraph() =>
        Assert.Equal("<p>before</p>\n<div class=\"math display\">x\n</div>\n<p>after</p>", ToHtml("before\n$$\nx\n$$\nafter"));

    [Fact]
    public void ToHtml_FormulaWithBarsInATable_DoesNotEndTheCell() =>
        Assert.Contains("<td><span class=\"math\">|x|</span></td>\n<td><span class=\"math\">\\|y\\|_2</span></td>", ToHtml("|a|b|\n|-|-|\n|$|x|$|$\\|y\\|_2$|"), StringComparison.Ordinal);

    [Fact]
    public void ToHtml_Tasks_HaveNames()
    {
        string html = ToHtml("- [ ] one\n- [x] two");
        Assert.Contains("<input type=\"checkbox\" disabled aria-label=\"to do\"> one", html, StringComparison.Ordinal);
        Assert.Contains("<input type=\"checkbox\" disabled checked aria-label=\"done\"> two", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_DetailsAroundMarkdown_RendersWhatIsInside() =>
        Assert.Contains("<p>Add <strong>lanes</strong>.</p>", ToHtml("<details>\n<summary>Hint</summary>\n\nAdd **lanes**.\n\n</details>"), StringComparison.Ordinal);

    [Fact]
    public void ToHtml_FencedCode_IsColouredOnlyWhenItIsCSharp()
    {
        Assert.Contains("<span class=\"k\">var</span> x", ToHtml("```csharp\nvar x = 1;\n```"), StringComparison.Ordinal);
        Assert.Contains("<code class=\"language-python\">var x &lt; 1</code>", ToHtml("```python\nvar x < 1\n```"), StringComparison.Ordinal);
    }

    private static string ToHtml(string markdown) => MarkdownText.ToHtml(MarkdownText.Parse(markdown)).TrimEnd('\n');
}
