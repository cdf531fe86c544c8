using System.Text.Json.Nodes;
using Attention.Course.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace Attention.Course.Tests.Documents;

/// <summary>What is written can be read, and then it is the same. A failure shows a small notebook that breaks the law, and the seed to replay it.</summary>
public class RoundTripTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    [Fact]
    public void ToText_AnyNotebook_IsReadBackTheSame() => ForAnyNotebook(text => (text, NotebookFile.ToText(NotebookFile.Parse(text, "n.ipynb"))));

    [Fact]
    public void Parse_SameNotebookInAnotherForm_IsTheSameNotebook() => ForAnyNotebook(text =>
    {
        string foreign = Foreign(JsonNode.Parse(text))!.ToJsonString(new() { WriteIndented = true, IndentSize = 4, NewLine = "\r\n" });
        return (text, NotebookFile.ToText(NotebookFile.Parse(foreign, "n.ipynb")));
    });

    [Fact]
    public void ToText_AnyNotebook_KeepsTheRulesOfNbformat() => ForAnyNotebook(text => ("", string.Join('\n', NotebookSchema.Violations(text))));

    [Fact]
    public void Import_OfExportOverTheSameNotebook_IsTheSameNotebook() => ForAnyNotebook(text =>
    {
        Notebook notebook = NotebookFile.Parse(text, "n.ipynb");
        return (text, NotebookFile.ToText(MarkdownImport.ToNotebook(MarkdownWriter.ToText(notebook, withOutputs: false), "n.md", notebook)));
    });

    [Fact]
    public void Import_OfExportAlone_IsTheNotebookWithoutOutputs() => ForAnyNotebook(text =>
    {
        Notebook notebook = NotebookFile.Parse(text, "n.ipynb");
        return (NotebookFile.ToText(WithoutOutputs(notebook)), NotebookFile.ToText(MarkdownImport.ToNotebook(MarkdownWriter.ToText(notebook, withOutputs: false), "n.md", null)));
    });

    [Fact]
    public void Import_OfExportWithOutputs_IgnoresTheShownOutputs() => ForAnyNotebook(text =>
    {
        Notebook notebook = NotebookFile.Parse(text, "n.ipynb");
        return (text, NotebookFile.ToText(MarkdownImport.ToNotebook(MarkdownWriter.ToText(notebook, withOutputs: true), "n.md", notebook)));
    });

    [Fact]
    public void Export_OfImportedCanonicalMarkdown_IsTheSameMarkdown() => ForAnyNotebook(text =>
    {
        string markdown = MarkdownWriter.ToText(NotebookFile.Parse(text, "n.ipynb"), withOutputs: false);
        return (markdown, MarkdownWriter.ToText(MarkdownImport.ToNotebook(markdown, "n.md", null), withOutputs: false));
    });

    [Fact]
    public void Import_AnyText_IsANotebookOrOneSentence() => Prop
        .ForAll(AnyNotebook.Markdown.ToArbitrary(), markdown =>
        {
            try
            {
                Notebook once = MarkdownImport.ToNotebook(markdown, "n.md", null);
                Notebook twice = MarkdownImport.ToNotebook(MarkdownWriter.ToText(once, withOutputs: false), "n.md", null);
                return (NotebookFile.ToText(once) == NotebookFile.ToText(twice)).ToProperty();
            }
            catch (UserError error)
            {
                return (error.Message.StartsWith("n.md, line ", StringComparison.Ordinal) && error.Message.EndsWith('.')).ToProperty();
            }
        })
        .Check(Many);

    private static void ForAnyNotebook(Func<string, (string Expected, string Actual)> law) => Prop
        .ForAll(Arb.From(AnyNotebook.Generator.Select(NotebookFile.ToText), AnyNotebook.Smaller), text =>
        {
            (string expected, string actual) = law(text);
            return (expected == actual).Label($"expected:\n{expected}\nactual:\n{actual}");
        })
        .Check(Many);

    /// <summary>Fields in the opposite order, and texts as one string.</summary>
    private static JsonNode? Foreign(JsonNode? node, string field = "") => node switch
    {
        JsonObject fields => new JsonObject(fields.Reverse().Select(pair => KeyValuePair.Create(pair.Key, Foreign(pair.Value, pair.Key)))),
        JsonArray lines when field is "source" or "text" || MimeType.IsText(field) => string.Concat(lines.Select(line => (string)line!)),
        JsonArray items => new JsonArray([.. items.Select(item => Foreign(item))]),
        _ => node?.DeepClone(),
    };

    private static Notebook WithoutOutputs(Notebook notebook) => new()
    {
        Metadata = notebook.Metadata,
        Cells = [.. notebook.Cells.Select(cell => new Cell { Id = cell.Id, Kind = cell.Kind, Source = cell.Source, Metadata = cell.Metadata })],
    };
}
