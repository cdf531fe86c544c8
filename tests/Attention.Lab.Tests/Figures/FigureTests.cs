using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Lab.Tests;

public class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private static readonly Axis Plain = new("axis");

    public static TheoryData<string> Names => Gallery.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void ToSvg_Gallery_IsWellFormedAndSpeaks(string name)
    {
        Figure figure = Gallery.Find(name);

        XElement svg = XElement.Parse(figure.ToSvg());

        Assert.Equal(Svg + "svg", svg.Name);
        Assert.Equal("img", svg.Attribute("role")!.Value);
        Assert.Equal($"{figure.Title}. {figure.AlternativeText}", svg.Attribute("aria-label")!.Value);
        Assert.All(svg.DescendantsAndSelf(), element => Assert.Equal(Svg, element.Name.Namespace));
        Assert.NotEmpty(svg.Descendants(Svg + "title"));
        Assert.Empty(svg.Descendants(Svg + "script"));
        Assert.DoesNotContain(svg.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name.LocalName == "href" || attribute.Name.LocalName == "id");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ToSvg_Gallery_KeepsAllTextInside(string name)
    {
        XElement svg = XElement.Parse(Gallery.Find(name).ToSvg());
        double width = Number(svg, "width"), height = Number(svg, "height");

        Assert.InRange(width, 200, 520);
        foreach (XElement text in svg.Descendants(Svg + "text").Where(text => text.Attribute("transform") is null))
        {
            double length = Glyphs.Width(text.Value, Number(text, "font-size") * (text.Attribute("font-weight") is null ? 1 : Glyphs.Bold));
            double shift = text.Attribute("text-anchor")?.Value switch { "end" => 1, "middle" => 0.5, _ => 0 };
            double left = Number(text, "x") - (length * shift);
            Assert.True(left >= 0 && left + length <= width && Number(text, "y") <= height, $"{name}: {text}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ToString_Gallery_OpensWithTitleAndAlternativeText(string name)
    {
        Figure figure = Gallery.Find(name);

        Assert.StartsWith($"{figure.Title}\n{figure.AlternativeText}\n\n", figure.ToString(), StringComparison.Ordinal);
        Assert.True(figure.ToString().Length < 4000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ToPlotlyJson_Gallery_HasDataLayoutAndConfig(string name)
    {
        JsonObject plotly = Gallery.Find(name).ToPlotlyJson();

        Assert.Equal(["data", "layout", "config"], plotly.Select(part => part.Key));
        Assert.Equal(Gallery.Find(name).AlternativeText, plotly["layout"]!["meta"]!["alternativeText"]!.GetValue<string>());
        Assert.NotEmpty(plotly["data"]!.AsArray());
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void Renderings_OtherCulture_AreTheSameBytes(string culture)
    {
        static string Everything() => string.Concat(Gallery.All.Select(one => one.Figure.ToSvg() + one.Figure + one.Figure.ToPlotlyJson().ToJsonString()))
            + Agreement.Agree("softmax", Naive.Softmax) + Table.Of(new[,] { { 0.5f, -1.25f } });
        string expected = Everything();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Assert.Equal(expected, Everything());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void AttentionMap_Hover_TellsTokensAndWeight()
    {
        Figure map = Figure.AttentionMap("Title", "Alternative.", new[,] { { 0.25f, 0.75f } }, ["love"], ["I", "programming"]);

        Assert.Contains("<title>query love → key programming: weight 0.750</title>", map.ToSvg(), StringComparison.Ordinal);
        JsonNode trace = map.ToPlotlyJson()["data"]![0]!;
        Assert.Equal("query love → key programming: weight 0.750", trace["customdata"]![0]![1]!.GetValue<string>());
        Assert.Equal("%{customdata}<extra></extra>", trace["hovertemplate"]!.GetValue<string>());
    }

    [Fact]
    public void AttentionMap_RepeatedTokens_StayApart()
    {
        JsonNode plotly = Gallery.Find("attention-repeated-tokens").ToPlotlyJson();

        JsonNode axis = plotly["layout"]!["xaxis"]!;
        Assert.Equal(Enumerable.Range(0, 7), axis["tickvals"]!.AsArray().Select(value => value!.GetValue<int>()));
        Assert.Equal(["the", "cat", "sat", "on", "the", "mat", "."], axis["ticktext"]!.AsArray().Select(value => value!.GetValue<string>()));
        // Without x and y, a heat map stands on the numbers 0, 1, 2 …
        Assert.Null(plotly["data"]![0]!["x"]);
        Assert.Null(plotly["data"]![0]!["y"]);
        Assert.Equal("reversed", plotly["layout"]!["yaxis"]!["autorange"]!.GetValue<string>());
    }

    [Fact]
    public void AttentionMap_KeysLeftOut_AreTheQueries() =>
        Assert.Contains("query b → key a", Figure.AttentionMap("Title", "Alternative.", new float[2, 2], ["a", "b"]).ToSvg(), StringComparison.Ordinal);

    [Fact]
    public void HeatMap_NotFinite_IsNullInJsonAndNamedElsewhere()
    {
        Figure figure = Gallery.Find("heat-map-not-finite");

        JsonArray z = figure.ToPlotlyJson()["data"]![0]!["z"]!.AsArray();
        Assert.Null(z[0]![1]);
        Assert.Null(z[2]![0]);
        Assert.Null(z[2]![1]);
        Assert.Equal(1.5, z[0]![0]!.GetValue<double>());
        Assert.All(["−∞</text>", ">∞</text>", ">NaN</text>"], text => Assert.Contains(text, figure.ToSvg(), StringComparison.Ordinal));
        Assert.All(["-∞", " ∞ ", "NaN"], text => Assert.Contains(text, figure.ToString(), StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", figure.ToPlotlyJson()["data"]![0]!["z"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_NothingFinite_IsDrawnAllTheSame()
    {
        Figure figure = Figure.HeatMap("Title", "Alternative.", new[,] { { float.NaN, float.PositiveInfinity } }, Plain, Plain);

        XElement.Parse(figure.ToSvg());
        Assert.Contains("NaN", figure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(512, 512)]
    [InlineData(1, 2000)]
    [InlineData(3000, 2)]
    public void HeatMap_Large_StaysSmall(int rows, int columns)
    {
        Figure figure = Figure.HeatMap("Title", "Alternative.", Rows.Normal(1, rows, columns), Plain, Plain);

        Assert.True(Encoding.UTF8.GetByteCount(figure.ToSvg()) < 60_000);
        Assert.True(figure.ToPlotlyJson().ToJsonString().Length < 200_000);
        Assert.True(figure.ToString().Length < 2_000);
    }

    [Fact]
    public void HeatMap_LargeWithOnePeak_DoesNotLoseIt()
    {
        var values = new float[300, 300];
        values[123, 45] = 7;
        values[299, 299] = float.NaN;

        Figure figure = Figure.HeatMap("Title", "Alternative.", values, Plain, Plain);

        Assert.Contains("7", figure.ToPlotlyJson()["data"]![0]!["z"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Not finite: 1 cell.", figure.ToString(), StringComparison.Ordinal);
        Assert.Contains("Each drawn cell is the largest of 5×5 cells.", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<pad>", "&lt;pad&gt;")]
    [InlineData("a & b", "a &amp; b")]
    [InlineData("\n", "␊")]
    [InlineData("\u0000", "␀")]
    public void AttentionMap_StrangeToken_SurvivesEveryRendering(string token, string escaped)
    {
        Figure figure = Figure.AttentionMap("Title", "Alternative.", new float[,] { { 1 } }, [token]);

        XElement.Parse(figure.ToSvg());
        Assert.Contains(escaped, figure.ToSvg(), StringComparison.Ordinal);
        Assert.Equal(escaped, figure.ToPlotlyJson()["layout"]!["xaxis"]!["ticktext"]![0]!.GetValue<string>());
        Assert.Equal(5, figure.ToString().Split('\n').Length - 1 + (figure.ToString().EndsWith('\n') ? 0 : 1));
    }

    [Fact]
    public void AttentionMap_HalfASurrogatePair_IsReplaced()
    {
        Figure figure = Figure.AttentionMap("Title", "Alternative.", new float[,] { { 1 } }, ["\ud800"]);

        XElement.Parse(figure.ToSvg());
        Assert.Contains("query \ufffd → key \ufffd", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void AttentionMap_AnyTokensAndWeights_AreDrawn()
    {
        Prop.ForAll<NonNull<string>[], float>((tokens, weight) =>
        {
            string[] names = [.. tokens.Take(8).Select(token => token.Get)];
            if (names.Length == 0)
                return;
            var weights = new float[names.Length, names.Length];
            weights[0, names.Length - 1] = weight;
            Figure figure = Figure.AttentionMap("Title", "Alternative.", weights, names);
            XElement.Parse(figure.ToSvg());
            JsonNode.Parse(figure.ToPlotlyJson().ToJsonString());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ToSvg_Gallery_KeepsTurnedTextInside(string name)
    {
        XElement svg = XElement.Parse(Gallery.Find(name).ToSvg());
        foreach (XElement text in svg.Descendants(Svg + "text").Where(text => text.Attribute("transform") is not null))
        {
            double length = Glyphs.Width(text.Value, Number(text, "font-size")), x = Number(text, "x"), y = Number(text, "y");
            if (text.Attribute("text-anchor")!.Value == "middle")
                Assert.True(y - (length / 2) >= 0 && y + (length / 2) <= Number(svg, "height"), $"{name}: {text}");
            else
                Assert.True(x - (length * 0.71) >= 0 && y + (length * 0.71) <= Number(svg, "height"), $"{name}: {text}");
        }
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
