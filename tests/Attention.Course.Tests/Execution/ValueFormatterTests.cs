using System.Text.Json.Nodes;
using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

public sealed class ValueFormatterTests
{
    /// <summary>Types that carry their own formatters, as a library writes them: everything internal, nothing referenced.</summary>
    private const string Library = """
        using System;
        using System.Collections.Generic;
        using System.IO;

        [AttributeUsage(AttributeTargets.All)]
        internal sealed class TypeFormatterSourceAttribute(Type source) : Attribute
        {
            public Type FormatterSourceType => source;
            public string[] PreferredMimeTypes { get; set; } = [];
        }

        internal sealed class Source
        {
            public IEnumerable<object> CreateTypeFormatters() => [new Formatter("text/plain"), new Formatter("application/vnd.test+json"), new Formatter("image/svg+xml")];
        }

        internal sealed class Formatter(string mimeType)
        {
            public string MimeType => mimeType;

            public bool Format(object value, TextWriter writer)
            {
                if (value.ToString() == "declined")
                    return false;
                if (value.ToString() == "broken")
                    throw new InvalidOperationException("cannot draw");
                writer.Write(mimeType.EndsWith("json") ? "{\"a\":[1,2]}" : mimeType + " of " + value);
                return true;
            }
        }

        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["application/vnd.test+json", "image/svg+xml", "text/plain"])]
        public class Picture(string name) { public override string ToString() => name; }

        public sealed class Derived(string name) : Picture(name);

        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["image/svg+xml"])]
        public interface IShown;

        public sealed class Shown : IShown { public override string ToString() => "shown"; }

        [TypeFormatterSource(typeof(Source))]
        public sealed class NoPreference { public override string ToString() => "none"; }

        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/unknown"])]
        public sealed class Missing;
        """;

    private static async Task<CellResult> ShowAsync(string expression)
    {
        using var folder = new NotebookFolder();
        folder.WriteLibrary("Pictures.dll", Library);
        await using var session = new CellSession(folder.Path);
        return await session.RunAsync("#r \"Pictures.dll\"", expression);
    }

    private static async Task<JsonObject> DataAsync(string expression)
    {
        CellResult result = await ShowAsync(expression);
        Assert.Null(result.Failure);
        return Assert.IsType<ResultOutput>(Assert.Single(result.Outputs)).Data;
    }

    [Theory]
    [InlineData("new Picture(\"p\")", "p")]
    [InlineData("new Derived(\"d\")", "d")]
    public async Task Format_TypeWithFormatters_GivesOneRenderingPerPreferredMimeType(string expression, string name)
    {
        JsonObject data = await DataAsync(expression);
        Assert.Equal(["application/vnd.test+json", "image/svg+xml", "text/plain"], data.Select(pair => pair.Key));
        Assert.Equal($"image/svg+xml of {name}", data["image/svg+xml"]!.GetValue<string>());
        Assert.Equal(2, data["application/vnd.test+json"]!["a"]![1]!.GetValue<int>());
    }

    [Fact]
    public async Task Format_AttributeOnInterface_Counts() => Assert.Equal(["image/svg+xml"], (await DataAsync("new Shown()")).Select(pair => pair.Key));

    [Fact]
    public async Task Format_NoPreference_GivesAllRenderings() => Assert.Equal(3, (await DataAsync("new NoPreference()")).Count);

    [Fact]
    public async Task Format_FormatterDeclines_FallsBackToText() =>
        Assert.Equal("""{"text/plain":"declined"}""", (await DataAsync("new Picture(\"declined\")")).ToJsonString());

    [Fact]
    public async Task Format_FormatterThrows_IsTheCellsFailure() =>
        Assert.Equal("cannot draw", (await ShowAsync("new Picture(\"broken\")")).Failure!.Message);

    [Fact]
    public async Task Format_PreferredMimeTypeWithoutFormatter_IsSaid() =>
        Assert.Equal("Missing has no rendering as text/unknown.", (await ShowAsync("new Missing()")).Failure!.Message);

    [Fact]
    public async Task Format_MimeTypesAskedFor_AreGiven()
    {
        CellResult result = await ShowAsync("new Picture(\"p\").Display(\"image/svg+xml\");");
        Assert.Equal(["image/svg+xml"], Assert.IsType<DisplayOutput>(Assert.Single(result.Outputs)).Data.Select(pair => pair.Key));
    }
}
