using System.Text.Json.Nodes;
using Attention.Course.Documents;

namespace Attention.Course.Tests.Documents;

/// <summary>A notebook with one of everything, and the smallest valid file.</summary>
internal static class Samples
{
    public const string Smallest =
        """{"cells":[],"metadata":{"kernelspec":{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}},"nbformat":4,"nbformat_minor":5}""";

    /// <summary>The smallest valid file with the given cells.</summary>
    public static string WithCells(string cells, int minor = 5) =>
        Smallest.Replace("[]", $"[{cells}]", StringComparison.Ordinal).Replace("minor\":5", $"minor\":{minor}", StringComparison.Ordinal);

    public static Notebook Everything() => new()
    {
        Metadata = new() { ["minutes"] = 75, ["authors"] = new JsonArray(new JsonObject { ["name"] = "Ada" }) },
        Cells =
        [
            new() { Id = "scores", Kind = CellKind.Markdown, Source = "# Scores – 分数\n\nWhat is $q \\cdot k$? 🙂", Metadata = new() { ["mirrors"] = new JsonArray("004 3.1") } },
            new()
            {
                Id = "scores-code",
                Kind = CellKind.Code,
                Source = "Console.WriteLine(\"<b>\");\n1 + 1",
                Metadata = new() { ["tags"] = new JsonArray("volatile") },
                ExecutionCount = 1,
                Outputs =
                [
                    new StreamOutput("stdout", "<b>\n"),
                    new DisplayOutput(
                        new()
                        {
                            ["text/plain"] = "a\nb",
                            ["image/svg+xml"] = "<svg>\n</svg>",
                            ["image/png"] = "iVBORw0KGgo=",
                            ["application/vnd.plotly.v1+json"] = new JsonObject { ["layout"] = new JsonObject(), ["data"] = new JsonArray(1.5, 2) },
                        },
                        new() { ["isolated"] = true }),
                    new ResultOutput(new() { ["text/plain"] = "2" }, [], 1),
                    new ErrorOutput("System.Exception", "no", ["at line 1", "at line 2"]),
                ],
            },
            new() { Id = "tex", Kind = CellKind.Raw, Source = "\\newpage\n", Metadata = new() { ["format"] = "text/latex" } },
            new()
            {
                Id = "picture",
                Kind = CellKind.Markdown,
                Source = "![a](attachment:a.png)",
                Attachments = new() { ["a.png"] = new JsonObject { ["image/png"] = "iVBORw0KGgo=" } },
            },
        ],
    };
}
