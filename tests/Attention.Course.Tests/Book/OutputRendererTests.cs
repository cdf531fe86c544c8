using System.Text.Json.Nodes;
using Attention.Course.Book.Markup;
using Attention.Course.Book.Outputs;
using Attention.Course.Documents;

namespace Attention.Course.Tests.Book;

public class OutputRendererTests
{
    private const string Picture = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><title>Map</title><desc>A diagonal.</desc><rect id=\"r\" width=\"9\" height=\"9\"/></svg>";

    private sealed class NoLinks : ILinkMap
    {
        public string? Link(string address) => null;

        public string? Image(string address) => null;
    }

    [Fact]
    public void ToHtml_ConsoleText_IsEscapedAndFreeOfTerminalCodes() =>
        Assert.Equal("<pre class=\"output stream\">a &lt; b\nred</pre>", ToHtml(new StreamOutput("stdout", "a < b\n\u001b[31mred\u001b[0m\n")));

    [Fact]
    public void ToHtml_ErrorText_LooksLikeAnError() =>
        Assert.Equal("<pre class=\"output stream stderr\">no</pre>", ToHtml(new StreamOutput("stderr", "no\n")));

    [Fact]
    public void ToHtml_AHundredMegabytes_ShowsTheBeginningAndSaysHowMuchIsLeft()
    {
        string html = ToHtml(new StreamOutput("stdout", new string('x', 100_000_000)));
        Assert.EndsWith("<p class=\"note\">… and 99,900,000 more characters.</p>", html, StringComparison.Ordinal);
        Assert.InRange(html.Length, 100_000, 101_000);
    }

    [Fact]
    public void ToHtml_Exception_SaysWhatAndKeepsTheTraceAside() => Assert.Equal(
        "<div class=\"output error\"><p><strong>DisagreementException</strong></p><pre>softmax &lt;1&gt;</pre><details><summary>Where it happened</summary><pre>line 2</pre></details></div>",
        ToHtml(new ErrorOutput("DisagreementException", "softmax <1>", ["\u001b[31mline 2\u001b[0m"])));

    [Fact]
    public void ToHtml_SeveralRenderings_TakesTheRichest()
    {
        var table = new JsonObject { ["text/plain"] = "plain", ["text/html"] = "<b>rich</b>" };
        Assert.Equal("<div class=\"output html\"><b>rich</b></div>", ToHtml(new ResultOutput(table, [], 1)));
    }

    [Fact]
    public void ToHtml_HtmlThatClosesThePage_CannotBreakIt() =>
        Assert.Equal("<div class=\"output html\">x<b>y</b></div>", ToHtml(Display("text/html", "</div></main></body></script>x<script>1</script><b>y")));

    [Fact]
    public void ToHtml_Picture_IsOneImageWithANameAndItsOwnIds()
    {
        string html = ToHtml(Display("image/svg+xml", Picture));
        Assert.Contains("role=\"img\" aria-label=\"Map. A diagonal\"", html, StringComparison.Ordinal);
        Assert.Contains("<rect id=\"here-r\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-plot", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_Figure_HasPictureDescriptionForTheScriptAndWords()
    {
        var data = new JsonObject
        {
            ["image/svg+xml"] = Picture,
            ["text/plain"] = "Map\n1 0\n",
            ["application/vnd.plotly.v1+json"] = new JsonObject { ["data"] = new JsonArray(new JsonObject { ["name"] = "</script><!--" }) },
        };
        string html = ToHtml(new DisplayOutput(data, []));
        Assert.StartsWith("<figure class=\"output figure\" data-plot><div class=\"still\"><svg", html, StringComparison.Ordinal);
        Assert.Contains("<div class=\"live\" role=\"img\" aria-label=\"Map. A diagonal\" hidden></div>", html, StringComparison.Ordinal);
        Assert.Contains("<pre>Map\n1 0</pre>", html, StringComparison.Ordinal);
        Assert.Equal(html.IndexOf("</script>", StringComparison.Ordinal), html.LastIndexOf("</script>", StringComparison.Ordinal));
        string json = html.Split("<script type=\"application/json\">")[1].Split("</script>")[0];
        Assert.Equal("</script><!--", JsonNode.Parse(json)!["data"]![0]!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("<svg><rect></svg>")]
    [InlineData("no picture")]
    [InlineData("")]
    [InlineData("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>")]
    public void ToHtml_PictureThatIsNone_FallsBackToItsText(string svg) =>
        Assert.Equal("<pre class=\"output result\">words</pre>", ToHtml(new DisplayOutput(new() { ["image/svg+xml"] = svg, ["text/plain"] = "words" }, [])));

    [Fact]
    public void ToHtml_PlotlyAsText_IsNoFigure() =>
        Assert.Equal("<pre class=\"output result\">words</pre>", ToHtml(new DisplayOutput(new() { ["application/vnd.plotly.v1+json"] = "{}", ["text/plain"] = "words" }, [])));

    [Fact]
    public void ToHtml_BitmapPicture_IsInThePageAndHasAText() => Assert.Equal(
        "<figure class=\"output figure\"><img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"a map\"></figure>",
        ToHtml(new DisplayOutput(new() { ["image/png"] = "iVBORw0\nKGgo=\">", ["text/plain"] = "a map" }, [])));

    [Fact]
    public void ToHtml_MarkdownAndLatex_AreRendered()
    {
        Assert.Equal("<div class=\"output prose\"><p><strong>a</strong> <span class=\"math\">x_1</span></p>\n</div>", ToHtml(Display("text/markdown", "**a** $x_1$")));
        Assert.Equal("<div class=\"output\"><div class=\"math display\">x_1 &lt; y</div></div>", ToHtml(Display("text/latex", "$$x_1 < y$$")));
    }

    [Fact]
    public void ToHtml_TypeThatAPageCannotHold_IsNamed() =>
        Assert.Contains("An output of type video/mp4, which a page cannot show.", ToHtml(Display("video/mp4", "AAAA")), StringComparison.Ordinal);

    private static DisplayOutput Display(string type, string text) => new(new() { [type] = text }, []);

    private static string ToHtml(Output output) => OutputRenderer.ToHtml(output, new OutputContext("here", new NoLinks()));
}
