using System.Text.Json.Nodes;
using Attention.Course.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Course.Tests.Documents;

/// <summary>Notebooks as nobody would write them: every way in which a cell's text could be mistaken for its surroundings.</summary>
internal static class AnyNotebook
{
    private static readonly string[] Lines =
    [
        "", " ", "\t", "prose", "# Heading", "## Other heading ##", "#r \"x.dll\"", "#hashtag", "    # indented", "Title", "=====", "---",
        "```", "````", "   ```", "    ```", "```csharp", "```csharp #id .tag", "``` csharp", "````csharp", "```cs", "~~~", "~~~~", "~~~csharp", "`````` ", "```a`b",
        "<!-- cell -->", "<!-- cell #a .b {\"c\": 1} -->", "<!-- markdown -->", "<!-- raw #x -->", "<!-- end -->", "<!-- \\end -->", "<!-- \\\\end -->", "<!--end-->",
        "<!-- end --> ", " <!-- end -->", "<!-- output -->", "> quoted", ">     quoted", "<!-- notebook {} -->", "<!-- a remark -->", "<!-- opened", "closed -->", "<!--", "-->",
        "var s = \"```\";", "var s = \"\"\"", "\\", "$x_1$", "$$", "分数 – naïve 🙂", "\u00a0", "\ufeff", "\u2028", "\u0085", "<b>&amp;</b>", "| a | b |", "- item", "1. item", "{\"json\": [1]}",
    ];

    private static readonly Gen<string> Character = Gen.OneOf(
        ArbMap.Default.GeneratorFor<char>().Where(c => !char.IsSurrogate(c) && c != '\r').Select(c => c.ToString()),
        Gen.Elements("`", "#", "-", "<", ">", "!", " ", "\n", "\\", "\"", "🙂", "é"));

    private static readonly Gen<string> Scribble = Character.ArrayOf().Select(string.Concat);

    private static readonly Gen<string> Line = Gen.Frequency((9, Gen.Elements(Lines)), (1, Scribble));

    private static readonly Gen<string> Text = Line.ArrayOf().Select(lines => string.Join('\n', lines));

    private static readonly Gen<JsonNode?> Json = Gen.Sized(JsonOf);

    private static readonly Gen<JsonObject> Tags = Gen.OneOf(
        Gen.Constant(new JsonObject()),
        Gen.Elements("volatile", "needs-nuget", "two words", "`", "-->", "é", ".", "a\"b", "{}")
            .ArrayOf().Select(tags => new JsonObject { ["tags"] = new JsonArray([.. tags.Distinct().Select(tag => (JsonNode)tag)]) }));

    private static readonly Gen<JsonObject> Metadata =
        from tags in Tags
        from name in Scribble
        from value in Json
        select With(tags, name, value);

    private static readonly Gen<JsonObject> Renderings =
        from types in Gen.Elements("text/plain", "text/html", "image/svg+xml", "image/png").ArrayOf()
        from text in Scribble
        from json in Json
        select With(types.Aggregate(new JsonObject(), (data, type) => With(data, type, text)), "application/vnd.plotly.v1+json", json);

    private static readonly Gen<int?> Count = Gen.OneOf(Gen.Constant((int?)null), Gen.Choose(0, 99).Select(count => (int?)count));

    private static readonly Gen<Output> AnyOutput = Gen.OneOf(
        Scribble.Select(Output (text) => new StreamOutput("stdout", text)),
        Gen.Zip(Renderings, Metadata).Select(Output (pair) => new DisplayOutput(pair.Item1, pair.Item2)),
        Gen.Zip(Renderings, Count).Select(Output (pair) => new ResultOutput(pair.Item1, [], pair.Item2)),
        Gen.Zip(Scribble, Scribble.ArrayOf()).Select(Output (pair) => new ErrorOutput("E", pair.Item1, pair.Item2)));

    private static readonly Gen<Cell> AnyCell =
        from kind in Gen.Frequency((4, Gen.Constant(CellKind.Markdown)), (3, Gen.Constant(CellKind.Code)), (1, Gen.Constant(CellKind.Raw)))
        from source in Text
        from metadata in Metadata
        from outputs in AnyOutput.ArrayOf()
        from count in Count
        from attached in Gen.Elements(true, false)
        select new Cell
        {
            Id = "",
            Kind = kind,
            Source = source,
            Metadata = metadata,
            Outputs = kind == CellKind.Code ? [.. outputs] : [],
            ExecutionCount = kind == CellKind.Code ? count : null,
            Attachments = attached && kind != CellKind.Code ? new() { ["a.png"] = new JsonObject { ["image/png"] = "aGk=" } } : null,
        };

    public static Gen<Notebook> Generator { get; } =
        from cells in AnyCell.ArrayOf()
        from metadata in Metadata
        select Numbered(cells, metadata);

    /// <summary>The same notebook with one cell, line, output or metadata field less.</summary>
    public static IEnumerable<string> Smaller(string text)
    {
        int cells = Cells(JsonNode.Parse(text)!).Count;
        for (int cell = 0; cell < cells; cell++)
        {
            yield return Without(text, root => Cells(root).RemoveAt(cell));
        }

        for (int cell = 0; cell < cells; cell++)
        {
            foreach (string part in new[] { "source", "outputs" })
            {
                for (int item = (Cells(JsonNode.Parse(text)!)[cell]![part] as JsonArray)?.Count - 1 ?? -1; item >= 0; item--)
                {
                    yield return Without(text, root => Cells(root)[cell]![part]!.AsArray().RemoveAt(item));
                }
            }

            foreach (string field in Cells(JsonNode.Parse(text)!)[cell]!["metadata"]!.AsObject().Select(field => field.Key).Except(["dotnet_interactive", "polyglot_notebook"]))
            {
                yield return Without(text, root => Cells(root)[cell]!["metadata"]!.AsObject().Remove(field));
            }
        }
    }

    /// <summary>Lines of Markdown as a person might type them, right or wrong.</summary>
    public static Gen<string> Markdown { get; } = Text;

    private static JsonArray Cells(JsonNode root) => root["cells"]!.AsArray();

    private static string Without(string text, Action<JsonNode> remove)
    {
        JsonNode root = JsonNode.Parse(text)!;
        remove(root);
        return NotebookFile.ToText(NotebookFile.Parse(root.ToJsonString(), "smaller.ipynb"));
    }

    private static Notebook Numbered(Cell[] cells, JsonObject metadata)
    {
        metadata.Remove("tags");
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i].Id = $"c{i}";
        }

        return new() { Metadata = metadata, Cells = [.. cells] };
    }

    private static Gen<JsonNode?> JsonOf(int size)
    {
        Gen<JsonNode?> leaf = Gen.OneOf(
            Gen.Constant((JsonNode?)null),
            Scribble.Select(JsonNode? (text) => text),
            Gen.Choose(-1000, 1000).Select(JsonNode? (number) => number / 8.0),
            Gen.Elements(true, false).Select(JsonNode? (truth) => truth));
        if (size == 0)
        {
            return leaf;
        }

        Gen<JsonNode?> inner = JsonOf(Math.Min(3, size / 4));
        return Gen.OneOf(
            leaf,
            inner.ArrayOf(3).Select(JsonNode? (items) => new JsonArray([.. items.Select(Copy)])),
            Gen.Zip(Scribble, inner).Select(JsonNode? (pair) => With([], pair.Item1, pair.Item2)));
    }

    private static JsonObject With(JsonObject before, string name, JsonNode? value)
    {
        JsonObject result = Copy(before)!.AsObject();
        result[name] = Copy(value);
        return result;
    }

    private static JsonNode? Copy(JsonNode? node) => node?.DeepClone();
}
