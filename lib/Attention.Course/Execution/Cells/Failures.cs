using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Course.Documents;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace Attention.Course.Execution;

/// <summary>Says of what a cell threw where in the cell it happened, without the engine's own frames and without paths of this machine.</summary>
internal static partial class Failures
{
    private const int LongestMessage = 100_000;

    /// <summary>The failure for the report, and the error output for the notebook.</summary>
    public static (CellFailure Failure, ErrorOutput Error) Of(Exception exception, CellCode cell, CellAssemblies assemblies, string folder)
    {
        return exception switch
        {
            CompilationErrorException refusal => OfCompilation(refusal, cell, folder),
            CellRefusedException refused => Located(FailureKind.Refused, "Refused", refused.Message, refused.Line, refused),
            PackageUnavailableException package => Located(FailureKind.Package, "PackageUnavailable", package.Message, package.Line, package),
            OutputLimitException full => Located(FailureKind.TooMuchOutput, "TooMuchOutput", full.Message, null, full),
            _ => OfException(exception, cell, assemblies, folder),
        };

        (CellFailure, ErrorOutput) Located(FailureKind kind, string name, string message, int? line, Exception cause) => (
            new CellFailure(kind, name, message, line, Detail: cause.ToString()),
            new ErrorOutput(name, message, line is { } known ? [message, .. SourceExcerpt.Around(cell.Source, known)] : [message]));
    }

    private static (CellFailure, ErrorOutput) OfCompilation(CompilationErrorException refusal, CellCode cell, string folder)
    {
        var lines = new List<string>();
        foreach (Diagnostic diagnostic in refusal.Diagnostics)
        {
            FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
            lines.Add($"{Where(span)}: {diagnostic.Id}: {WithoutPaths(diagnostic.GetMessage(CultureInfo.InvariantCulture), folder)}");
            if (IsOfCell(span))
                lines.AddRange(SourceExcerpt.Around(cell.Source, span.StartLinePosition.Line + 1, span.StartLinePosition.Character + 1, Length(span)));
        }

        Diagnostic first = refusal.Diagnostics[0];
        FileLinePositionSpan where = first.Location.GetLineSpan();
        bool isLocated = first.Location.IsInSource && IsOfCell(where);
        string message = WithoutPaths(first.GetMessage(CultureInfo.InvariantCulture), folder);
        return (
            new CellFailure(
                FailureKind.Compilation, first.Id, isLocated ? message : $"{Where(where)}: {message}",
                isLocated ? where.StartLinePosition.Line + 1 : null, isLocated ? where.StartLinePosition.Character + 1 : null, Length(where),
                string.Join('\n', refusal.Diagnostics)),
            new ErrorOutput("CompilationError", $"{Where(where)}: {first.Id}: {message}", lines));

        bool IsOfCell(FileLinePositionSpan span) => span.Path == $"cell {cell.Number}";

        string Where(FileLinePositionSpan span) =>
            (IsOfCell(span) ? "" : Path.GetFileName(span.Path) + ", ") + $"line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}";

        static int Length(FileLinePositionSpan span) =>
            span.StartLinePosition.Line == span.EndLinePosition.Line ? span.EndLinePosition.Character - span.StartLinePosition.Character : 0;
    }

    private static (CellFailure, ErrorOutput) OfException(Exception exception, CellCode cell, CellAssemblies assemblies, string folder)
    {
        string name = TypeNames.Of(exception.GetType());
        string message = WithoutPaths(exception.Message, folder);
        var lines = new List<string>();
        int? line = null;
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            string intro = cause == exception ? "" : "caused by ";
            lines.Add($"{intro}{TypeNames.Of(cause.GetType())}: {WithoutPaths(cause.Message, folder)}");
            foreach (var (method, file, fileLine) in FramesOf(cause, assemblies))
            {
                lines.Add($"   at {method}{file}, line {fileLine}");
                if (file == $"cell {cell.Number}")
                    line ??= fileLine;
            }
        }

        return (new CellFailure(FailureKind.Exception, name, message, line, Detail: exception.ToString()), new ErrorOutput(name, message, lines));
    }

    /// <summary>The frames that lie in cells. Others depend on what the runtime inlined, and name what the reader did not write.</summary>
    private static IEnumerable<(string Method, string File, int Line)> FramesOf(Exception exception, CellAssemblies assemblies)
    {
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType: { } type } method || !assemblies.IsCell(type.Assembly) || frame.GetFileName() is not { } file)
                continue;
            yield return (MethodName(type, method), Path.GetFileName(file), frame.GetFileLineNumber());
        }
    }

    private static string MethodName(Type type, MethodBase method)
    {
        // A local function or lambda is <Outer>g__Name|0_1 or <Outer>b__0; an async or iterator method is a class <Name>d__0 with MoveNext.
        string raw = method.Name == "MoveNext" ? type.Name : method.Name;
        string name = CompilerName().Match(raw) switch
        {
            { Success: true } match when match.Groups["local"].Value is { Length: > 0 } local => local,
            { Success: true } match when match.Groups["kind"].Value == "b" => "a lambda",
            { Success: true } match => match.Groups["outer"].Value,
            _ => raw,
        };
        if (name is "<Initialize>" or "Initialize" or "<Factory>")
            return "";
        Type? owner = type;
        while (owner is { IsNested: true } && owner.Name.Contains('<', StringComparison.Ordinal))
            owner = owner.DeclaringType;
        string prefix = owner is { IsNested: true } ? owner.Name + "." : "";
        return $"{prefix}{(name == ".ctor" ? "constructor" : name)}, ";
    }

    /// <summary>Paths inside the course become relative to the notebook: outputs name no machine. An endless message ends.</summary>
    private static string WithoutPaths(string text, string folder)
    {
        if (text.Length > LongestMessage)
            text = text[..LongestMessage] + "…";
        string climb = "";
        for (string? parent = folder; parent is not null && Path.GetPathRoot(parent) != parent && climb.Length <= 6; parent = Path.GetDirectoryName(parent))
        {
            text = text.Replace(parent + Path.DirectorySeparatorChar, climb, StringComparison.Ordinal);
            climb += "../";
        }

        return text;
    }

    [GeneratedRegex(@"^<(?<outer><?\w*>?)>(?<kind>[a-z])__(?<local>[^|\d][^|]*)?")]
    private static partial Regex CompilerName();
}
