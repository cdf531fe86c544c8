using System.Text.Encodings.Web;
using System.Text.Json;

namespace Attention.Lab.Tests;

public class FigureGoldenTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Names => Gallery.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void ToSvg_Gallery_IsTheGoldenFile(string name) => Golden.Check(name + ".svg", Gallery.Find(name).ToSvg());

    [Theory]
    [MemberData(nameof(Names))]
    public void ToString_Gallery_IsTheGoldenFile(string name) => Golden.Check(name + ".txt", Gallery.Find(name).ToString());

    [Theory]
    [MemberData(nameof(Names))]
    public void ToPlotlyJson_Gallery_IsTheGoldenFile(string name) => Golden.Check(name + ".json", Compact(Gallery.Find(name).ToPlotlyJson().ToJsonString(Readable)));

    // One row of numbers per line: readable, and a change shows where it is.
    private static string Compact(string json) =>
        System.Text.RegularExpressions.Regex.Replace(json, @"\[\s+([^\[\]{}]*?)\s+\]", match => "[" + System.Text.RegularExpressions.Regex.Replace(match.Groups[1].Value, @"\n\s+", " ") + "]") + "\n";
}
