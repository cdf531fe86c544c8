using System.Net;
using System.Text.RegularExpressions;
using Attention.Course.Book.Code;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Course.Tests.Book;

public partial class CSharpHighlighterTests
{
    [Theory]
    [InlineData("var x = 0.5f;", "<span class=\"k\">var</span> x = <span class=\"n\">0.5f</span>;")]
    [InlineData("#r \"a.dll\"", "<span class=\"d\">#r &quot;a.dll&quot;</span>")]
    [InlineData("x(); // a < b", "<span class=\"f\">x</span>(); <span class=\"c\">// a &lt; b</span>")]
    [InlineData("MathF.Exp(x)", "<span class=\"t\">MathF</span>.<span class=\"f\">Exp</span>(x)")]
    [InlineData("Q.Length", "Q.Length")]
    [InlineData("List<int> a;", "<span class=\"t\">List</span>&lt;<span class=\"k\">int</span>&gt; a;")]
    [InlineData("record Pair(string A);", "<span class=\"k\">record</span> <span class=\"t\">Pair</span>(<span class=\"k\">string</span> A);")]
    public void ToHtml_Parts_HaveTheirColours(string source, string expected) => Assert.Equal(expected, CSharpHighlighter.ToHtml(source));

    [Fact]
    public void ToHtml_InterpolatedString_ColoursTextAndLeavesTheHoles() =>
        Assert.Equal("<span class=\"s\">$&quot;</span><span class=\"s\">a </span>{b:<span class=\"s\">F2</span>}<span class=\"s\">&quot;</span>", CSharpHighlighter.ToHtml("$\"a {b:F2}\""));

    /// <summary>Whatever the source, broken or not, the page shows exactly its characters.</summary>
    [Fact]
    public void ToHtml_AnySource_KeepsEveryCharacter()
    {
        string[] pieces = ["\"", "$\"\"\"", "{", "}", "//", "/*", "*/", "#r", "#if", "#!", "\n", " ", "'", "<", "&", "x", "1e", "@", "class", "=>", "\\", "\t", "é", "🙂", "\0"];
        Gen<string> sources = Gen.Elements(pieces).ListOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(sources.ToArbitrary(), source => WebUtility.HtmlDecode(Tag().Replace(CSharpHighlighter.ToHtml(source), "")) == source));
    }

    [GeneratedRegex("</?span[^>]*>")]
    private static partial Regex Tag();
}
