using System.Diagnostics;

namespace Attention.Course.Tests.Commands;

/// <summary>What a run of the program left behind.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error);

/// <summary>The program as a user starts it: its own process, its own folder.</summary>
internal static class CourseProgram
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "Attention.Course.dll");

    public static ProgramRun Run(string folder, params string[] arguments)
    {
        using Process process = Start(folder, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error);
    }

    public static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}
