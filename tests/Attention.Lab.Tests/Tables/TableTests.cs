using System.Xml.Linq;

namespace Attention.Lab.Tests;

public class TableTests
{
    private static readonly Table Weights = Table.Of(new[,] { { 0.62f, 0.38f }, { 0.05f, float.NaN } }, ["love", "<b>"], ["I", "programming"], "Weights");

    [Fact]
    public void ToString_Matrix_IsAligned() => Assert.Equal(
        "Weights\n\n          I  programming\nlove  0.620        0.380\n<b>   0.050          NaN\n", Weights.ToString());

    [Fact]
    public void ToHtml_Matrix_NamesWhatHeadsWhat()
    {
        XElement table = XElement.Parse(Weights.ToHtml());

        Assert.Equal("Weights", table.Element("caption")!.Value);
        Assert.Equal(["I", "programming"], table.Descendants("th").Where(head => head.Attribute("scope")!.Value == "col").Select(head => head.Value));
        Assert.Equal(["love", "<b>"], table.Descendants("th").Where(head => head.Attribute("scope")!.Value == "row").Select(head => head.Value));
        Assert.Equal(["0.620", "0.380", "0.050", "NaN"], table.Element("tbody")!.Descendants("td").Select(cell => cell.Value));
    }

    [Fact]
    public void Of_NoNames_CountsFromZero() => Assert.Equal("   0  1\n0  1  2\n1  3  4\n", Table.Of(new double[,] { { 1, 2 }, { 3, 4 } }).ToString());

    [Fact]
    public void Of_Decimals_AreTheCallersChoice() => Assert.Equal("   0\n0  0.3333\n", Table.Of(new[,] { { 1 / 3.0 } }, decimals: 4).ToString().Replace("        0", "   0", StringComparison.Ordinal));

    [Fact]
    public void Of_Texts_KeepsThemAndAlignsNumbers() => Assert.Equal(
        "document  scale  weight\n003       1/d      0.36\n000       1/√d     -1.5\n",
        Table.Of(["document", "scale", "weight"], ["003", "1/d", "0.36"], ["000", "1/√d", "-1.5"]).ToString());

    [Fact]
    public void ToHtml_Texts_TypesetsOnlyNumbers()
    {
        string html = Table.Of(["name", "text", "number"], ["a", "d-v", "-1"]).ToHtml();

        Assert.Contains("d-v", html, StringComparison.Ordinal);
        Assert.Contains("−1", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WrongNumberOfNames_IsRefusedWithTheArithmetic()
    {
        Assert.StartsWith("rows: expected 2 labels, one per row of the 2×1 values, got 1", Assert.Throws<ArgumentException>(() => Table.Of(new float[2, 1], ["a"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("columns: expected 1 label, one per column of the 2×1 values, got 2", Assert.Throws<ArgumentException>(() => Table.Of(new float[2, 1], null, ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("rows: expected 2 texts in row 1, one per column, got 1", Assert.Throws<ArgumentException>(() => Table.Of(["a", "b"], ["1", "2"], ["3"])).Message, StringComparison.Ordinal);
    }
}
