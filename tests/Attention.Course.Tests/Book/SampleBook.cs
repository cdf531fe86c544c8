using System.Text.Json.Nodes;
using Attention.Course.Documents;
using Attention.Lab;
using static Attention.Course.Tests.Book.TemporaryCourse;

namespace Attention.Course.Tests.Book;

/// <summary>A book of two chapters with one of everything that a notebook can show.</summary>
public sealed class SampleBook : IDisposable
{
    public const string Source = "float sum = 0; // of a < b && c\nforeach (float x in new[] { 1f, 2f }) sum += x;\nsum";

    private static readonly string[] Tokens = ["I", "love", "programming"];

    private readonly TemporaryCourse _course = new();

    public SampleBook() => _course
        .With("1-first.ipynb", First())
        .With("2-second.ipynb", Markdown("# Second\n\nBack to [the map](1-first.ipynb#the-map)."))
        .Build();

    public string FirstPage => Path.Combine(_course.BookPath, "1-first.html");

    public string Index => Path.Combine(_course.BookPath, "index.html");

    public void Dispose() => _course.Dispose();

    private static Notebook First()
    {
        float[,] weights = { { 0.9f, 0.1f, 0 }, { 0.3f, 0.7f, 0 }, { 0.2f, 0.3f, 0.5f } };
        Figure map = Figure.AttentionMap("Who looks at whom", "A lower triangle: no word looks ahead", weights, Tokens);
        Figure lines = Figure.Lines("Spread", "Grows like a root", new Axis("width"), new Axis("deviation"), new Series("unscaled", [1, 2, 4], [1, 1.4, 2]));
        const string wide = "a_1 + a_2 + a_3 + a_4 + a_5 + a_6 + a_7 + a_8 + a_9 + b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7 + b_8 + b_9 + c_1 + c_2 + c_3";
        return new Notebook
        {
            Cells =
            [
                Markdown("# First $x_1$\n\nInline $\\frac{QK^\\top}{\\sqrt{d_k}}$ and *emphasis* with `code`.\n\n$$\n" + wide + "\n$$", "intro"),
                Markdown("## A table\n\n| a | b | c | d | e | f | g |\n|-|-|-|-|-|-|-|\n| some words | some words | some words | some words | some words | $x_1$ | averyveryverylongwordthatdoesnotbreak |", "table"),
                Code("sum", Source, new StreamOutput("stdout", new string('=', 300) + "\n"), new ResultOutput(new() { ["text/plain"] = "3" }, [], 1)),
                Markdown("## The map\n\n### Below\n\n- [ ] a task\n\n<details>\n<summary>A hint</summary>\n\nUse $d_k$.\n\n</details>", "below"),
                Code("map", "map", Display(map), Display(map)),
                Code("lines", "lines", Display(lines)),
                Code("html", "html", new DisplayOutput(new() { ["text/html"] = "</script></div><script>document.body.remove()</script><img src=\"https://example.org/x.png\"><table><tr><th>1</th></tr></table>" }, [])),
                Code("bad", "a[3]", new ErrorOutput("IndexOutOfRangeException", "Index was outside the bounds of the array.", ["cell bad, line 1"])),
            ],
        };
    }

    private static DisplayOutput Display(Figure figure) => new(
        new JsonObject { ["application/vnd.plotly.v1+json"] = figure.ToPlotlyJson(), ["image/svg+xml"] = figure.ToSvg(), ["text/plain"] = figure.ToString() },
        []);
}
