using Attention.Course.Documents;
using Attention.Course.Execution;

namespace Attention.Course.Tests.Execution;

/// <summary>Runs cells in a session and says what they showed.</summary>
internal static class Cells
{
    /// <summary>Runs cells in order in a new session, and gives what became of the last.</summary>
    public static async Task<CellResult> RunAsync(params string[] sources)
    {
        await using var session = new CellSession(Path.GetTempPath());
        return await session.RunAsync(sources);
    }

    public static async Task<CellResult> RunAsync(this CellSession session, params string[] sources)
    {
        CellResult? last = null;
        for (int index = 0; index < sources.Length; index++)
            last = await session.RunAsync(new CellCode(index + 1, sources[index]), TestContext.Current.CancellationToken);
        return last!;
    }

    /// <summary>The plain text of the value that a cell ends in.</summary>
    public static string Value(this CellResult result)
    {
        Assert.Null(result.Failure);
        return Assert.Single(result.Outputs.OfType<ResultOutput>()).Data["text/plain"]!.GetValue<string>();
    }

    public static string Text(this CellResult result, string stream = "stdout") =>
        string.Concat(result.Outputs.OfType<StreamOutput>().Where(output => output.Name == stream).Select(output => output.Text));

    /// <summary>Every output as one word or two, in order.</summary>
    public static IEnumerable<string> Sketch(this CellResult result) => result.Outputs.Select(output => output switch
    {
        StreamOutput stream => $"{stream.Name}:{stream.Text}",
        DisplayOutput display => $"display:{display.Data.First().Value}",
        ResultOutput value => $"result:{value.Data.First().Value}",
        ErrorOutput error => $"error:{error.Name}",
        _ => throw new NotSupportedException(),
    });
}
