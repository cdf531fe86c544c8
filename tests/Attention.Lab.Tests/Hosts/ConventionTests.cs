using System.Reflection;
using System.Text.Json;
using System.Xml.Linq;

namespace Attention.Lab.Tests;

public class ConventionTests
{
    private static readonly Figure Map = Gallery.Find("attention-repeated-tokens");
    private static readonly Table Numbers = Table.Of(new float[,] { { 1, 2 } });
    private static readonly AgreementReport Report = Agreement.Agree("softmax", Naive.Softmax);

    public static TheoryData<Type> Shown => [typeof(Figure), typeof(HeatMap), typeof(Chart), typeof(Table), typeof(AgreementReport)];

    [Theory]
    [MemberData(nameof(Shown))]
    public void Attribute_EveryShownType_NamesOneSourceWithAFormatterPerPreferredMimeType(Type type)
    {
        var host = new DotNetInteractive(type);

        Assert.Equal(1, host.Attributes);
        Assert.NotEmpty(host.PreferredMimeTypes);
        // In .NET Interactive a preferred mime type without a formatter ends in a stack overflow.
        Assert.All(host.PreferredMimeTypes, mimeType => Assert.Contains(mimeType, host.Formatters.Keys));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Preferred_InEveryHost_HasFormatters(bool dotNetInteractive)
    {
        foreach (Type type in new[] { typeof(Figure), typeof(Table), typeof(AgreementReport) })
            Assert.Subset(new HashSet<string>(new DotNetInteractive(type).Formatters.Keys), new HashSet<string>(MimeTypes.Preferred(type, dotNetInteractive)));
    }

    [Fact]
    public void Preferred_Figure_IsPlotlyOnlyWhereAnObjectArrivesAsAnObject()
    {
        Assert.Equal(["application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"], MimeTypes.Preferred(typeof(Figure), dotNetInteractive: false));
        Assert.Equal(["text/html", "image/svg+xml", "text/plain"], MimeTypes.Preferred(typeof(Figure), dotNetInteractive: true));
    }

    [Fact]
    public void Preferred_TableAndReport_AreHtmlAndText()
    {
        Assert.Equal(["text/html", "text/plain"], new DotNetInteractive(typeof(Table)).PreferredMimeTypes);
        Assert.Equal(["text/html", "text/plain"], new DotNetInteractive(typeof(AgreementReport)).PreferredMimeTypes);
    }

    [Theory]
    [InlineData("Microsoft.DotNet.Interactive", true)]
    [InlineData("Microsoft.DotNet.Interactive.Formatting", true)]
    [InlineData("Microsoft.DotNet.Xunit", false)]
    [InlineData("Attention.Lab", false)]
    public void Host_AssemblyName_TellsDotNetInteractive(string name, bool expected) => Assert.Equal(expected, Host.IsPartOfDotNetInteractive(name));

    [Fact]
    public void Format_Figure_GivesEachRendering()
    {
        var host = new DotNetInteractive(Map.GetType());

        Assert.Equal(Map.ToString(), host.Show(Map, "text/plain"));
        Assert.Equal(Map.ToSvg(), host.Show(Map, "image/svg+xml"));
        Assert.Equal(Map.ToSvg(), host.Show(Map, "text/html"));
        using JsonDocument plotly = JsonDocument.Parse(host.Show(Map, "application/vnd.plotly.v1+json"));
        Assert.Equal(JsonValueKind.Object, plotly.RootElement.ValueKind);
    }

    [Fact]
    public void Format_TableAndReport_GiveHtmlAndText()
    {
        Assert.Equal("table", XElement.Parse(new DotNetInteractive(typeof(Table)).Show(Numbers, "text/html")).Name);
        Assert.Equal(Numbers.ToString(), new DotNetInteractive(typeof(Table)).Show(Numbers, "text/plain"));
        Assert.Equal("div", XElement.Parse(new DotNetInteractive(typeof(AgreementReport)).Show(Report, "text/html")).Name);
        Assert.Equal(Report.ToString(), new DotNetInteractive(typeof(AgreementReport)).Show(Report, "text/plain"));
    }

    [Fact]
    public void Format_SomethingElse_IsLeftToOtherFormatters()
    {
        using var writer = new StringWriter();

        Assert.All(new DotNetInteractive(typeof(Figure)).Formatters.Values, format => Assert.False(format("not mine", writer)));
        Assert.Equal("", writer.ToString());
    }

    [Fact]
    public void Formatter_Format_TakesAnObject()
    {
        MethodInfo format = Assert.Single(typeof(Formatter).GetMethods(), method => method.Name == "Format");

        Assert.Equal([typeof(object), typeof(TextWriter)], format.GetParameters().Select(parameter => parameter.ParameterType));
    }

    [Fact]
    public void Lab_References_NoEngine()
    {
        string[] references = [.. typeof(Figure).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Order(StringComparer.Ordinal)];

        Assert.All(references, reference => Assert.True(
            reference is "Attention.Kernels" or "Attention.Models" or "MathNet.Numerics" or "netstandard" || reference.StartsWith("System.", StringComparison.Ordinal), reference));
    }
}
