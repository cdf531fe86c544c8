using System.Text;

namespace Attention.Course.Execution;

/// <summary>A stretch of a cell in one language.</summary>
/// <param name="Language">csharp, markdown or html.</param>
/// <param name="Code">Its text, with empty lines in the place of what stands before it, so that its line numbers are the cell's.</param>
/// <param name="IsTimed">Whether #!time asks how long it takes.</param>
internal sealed record CellPart(string Language, string Code, bool IsTimed);

/// <summary>Splits a cell at the magic commands of .NET Interactive, lines that begin with #!.</summary>
internal static class CellParts
{
    /// <summary>The parts of a cell in order.</summary>
    /// <exception cref="CellRefusedException">A magic command is not one that runs here.</exception>
    public static IReadOnlyList<CellPart> Of(string source, string language)
    {
        var parts = new List<CellPart>();
        string current = Canonical(language) ?? throw new CellRefusedException(1, $"this course runs C# cells, and this one is {language}");
        var code = new StringBuilder();
        bool isTimed = false;
        string[] lines = source.Split('\n');
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].TrimEnd('\r');
            if (line.StartsWith("#i \"", StringComparison.Ordinal))
                throw new CellRefusedException(index + 1, "#i is not supported here; packages come from the sources of your NuGet configuration");
            if (!line.StartsWith("#!", StringComparison.Ordinal))
            {
                code.Append(line).Append('\n');
                continue;
            }

            string magic = line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
            if (magic == "time")
            {
                isTimed = true;
            }
            else if (Canonical(magic) is { } next)
            {
                Finish();
                current = next;
                code.Append('\n', index);
            }
            else
            {
                throw new CellRefusedException(index + 1, Refusal(magic));
            }

            code.Append('\n');
        }

        Finish();
        return parts;

        void Finish()
        {
            if (!string.IsNullOrWhiteSpace(code.ToString()))
                parts.Add(new CellPart(current, code.ToString().TrimEnd('\n'), isTimed));
            code.Clear();
            isTimed = false;
        }
    }

    private static string? Canonical(string name) => name switch
    {
        "csharp" or "c#" or "cs" or "C#" => "csharp",
        "markdown" or "md" => "markdown",
        "html" => "html",
        _ => null,
    };

    private static string Refusal(string magic) => magic switch
    {
        "fsharp" or "f#" or "pwsh" or "powershell" or "javascript" or "js" or "sql" or "kql" or "mermaid" or "http" or "value" =>
            $"#!{magic} changes to a language that does not run here; this course runs C# cells",
        "import" => "#!import is not supported here; #load runs another file of C#",
        "share" or "set" or "connect" => $"#!{magic} hands values to another kernel, and there is none here; this course runs C# cells",
        _ => $"#!{magic} is not supported here; #!csharp, #!markdown, #!html and #!time are",
    };
}

/// <summary>A cell that cannot run here, for a reason that one sentence says.</summary>
/// <param name="line">The line that says what cannot be done, from 1.</param>
/// <param name="message">The sentence.</param>
internal sealed class CellRefusedException(int line, string message) : Exception(message)
{
    public int Line => line;
}
