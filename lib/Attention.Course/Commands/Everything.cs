using System.CommandLine;

namespace Attention.Course.Commands;

/// <summary>No verb: run every notebook, then make the book, which says where to look.</summary>
internal static class Everything
{
    public const string Details = """
        Without a verb: runs every notebook, then makes the book, and prints where it is.

        Examples, each behind dotnet run --project lib/Attention.Course --
          list                      what there is to read
          run 03-1                  execute the notebooks whose names begin so
          export 03-1 -o a.md       a notebook as Markdown, to edit and import again

        Exit codes: 0 good, 1 a cell or a check failed, 2 wrong use, 70 a fault of this program, 130 stopped.
        """;

    private static readonly string[] Verbs = ["run", "book"];

    public static void SetAsDefault(RootCommand course) => course.SetAction((parse, cancellation) => RunAsync(course, parse, cancellation));

    private static async Task<int> RunAsync(RootCommand course, ParseResult parse, CancellationToken cancellation)
    {
        string[] options = [.. parse.Tokens.Select(token => token.Value)];
        int worst = 0;
        foreach (string verb in Verbs)
        {
            int code = await course.Parse([verb, .. options]).InvokeAsync(parse.InvocationConfiguration, cancellation);
            worst = Math.Max(worst, code);

            // A notebook that fails still has its page; anything else stops here.
            if (code > CommandLine.Failed)
            {
                break;
            }
        }

        return worst;
    }
}
