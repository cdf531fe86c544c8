using Attention.Course.Book.Markup;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Course.Tests.Book;

public class HtmlCleanerTests
{
    private sealed class NoLinks : ILinkMap
    {
        public string? Link(string address) => address.StartsWith("http", StringComparison.Ordinal) ? address : null;

        public string? Image(string address) => address.StartsWith("data:", StringComparison.Ordinal) ? address : null;
    }

    [Theory]
    [InlineData("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>")]
    [InlineData("</script></div></main>x", "x")]
    [InlineData("<div><b>open", "<div><b>open</b></div>")]
    [InlineData("<b><i>x</b>y", "<b><i>x</i></b>y")]
    [InlineData("<style>*{display:none}</style><iframe src=x></iframe><textarea>", "")]
    [InlineData("<!-- --><!doctype html><?php ?>x<!-- never closed", "x")]
    [InlineData("a < b <3 <", "a &lt; b &lt;3 &lt;")]
    [InlineData("<p onclick=\"x()\" ONLOAD=y class='c'>a</p>", "<p class=\"c\">a</p>")]
    [InlineData("<a href=\"javascript:x()\">a</a>", "<a>a</a>")]
    [InlineData("<a href=http://x.y/?a=1&amp;b=2>a</a>", "<a href=\"http://x.y/?a=1&amp;b=2\" rel=\"noopener noreferrer\">a</a>")]
    [InlineData("<img src=http://x.y/z.png alt='a z'>", "a z")]
    [InlineData("<img class=c src='data:image/png;base64,AA' srcset=b>", "<img src=\"data:image/png;base64,AA\" alt=\"\" class=\"c\">")]
    [InlineData("<p style=\"background:url(http://x)\">a</p>", "<p>a</p>")]
    [InlineData("<p title='\"><b>'>a</p>", "<p title=\"&quot;&gt;&lt;b&gt;\">a</p>")]
    [InlineData("<table><tr><td>1", "<div class=\"scroll\"><table><tr><td>1</td></tr></table></div>")]
    [InlineData("<unknown>text</unknown>", "text")]
    [InlineData("<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/><script>x</script><foreignObject><p>y</p></foreignObject></svg>", "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>")]
    [InlineData("<p a\"b=c>x</p>", "<p>x</p>")]
    public void Clean_AFragment_LeavesWhatAPageCanHold(string html, string expected) => Assert.Equal(expected, Clean(html));

    [Fact]
    public void Clean_Ids_AreTheFragmentsOwnAndReferencesFollow() => Assert.Equal(
        "<svg><defs><linearGradient id=\"c-g\"/></defs><rect fill=\"url(#c-g)\" aria-labelledby=\"c-t other\"/><use href=\"#c-g\"/><title id=\"c-t\">x</title></svg>",
        Clean("<svg><defs><linearGradient id=\"g\"/></defs><rect fill=\"url('#g')\" aria-labelledby=\"t other\"/><use href=\"#g\"/><title id=\"t\">x</title></svg>"));

    [Fact]
    public void Clean_IdsOfThePage_StayAsTheyAre() =>
        Assert.Equal("<h2 id=\"kept\">a</h2><p id=\"c-mine\">b</p>", new HtmlCleaner("c-", new HashSet<string> { "kept" }, new NoLinks()).Clean("<h2 id=\"kept\">a</h2><p id=\"mine\">b</p>"));

    /// <summary>Whatever comes in, what goes out is balanced and runs nothing.</summary>
    [Fact]
    public void Clean_AnyText_IsBalancedAndRunsNothing()
    {
        string[] pieces = ["<", ">", "</", "/>", "<p>", "</p>", "<div ", "<table>", "</table>", "<svg>", "</svg>", "<script>", "</script>", "<b a=", "\"", "'", "=", " onclick=x ", "<!--", "-->", "&lt;", "&", "x", "\n", "<br>", "<img src=x>"];
        Gen<string> texts = Gen.Elements(pieces).ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            string clean = Clean(text);
            bool runs = HtmlTokens.Read(clean).OfType<HtmlStart>().Any(tag => tag.Name == "script" || tag.Attributes.Any(a => a.Key.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
            return IsBalanced(clean) && !runs;
        }));
    }

    private static bool IsBalanced(string html)
    {
        var open = new Stack<string>();
        foreach (HtmlToken token in HtmlTokens.Read(html))
        {
            if (token is HtmlStart { SelfClosing: false } start && start.Name is not ("br" or "img"))
            {
                open.Push(start.Name);
            }
            else if (token is HtmlEnd end && (open.Count == 0 || open.Pop() != end.Name))
            {
                return false;
            }
        }

        return open.Count == 0;
    }

    private static string Clean(string html) => new HtmlCleaner("c-", new HashSet<string>(), new NoLinks()).Clean(html);
}
