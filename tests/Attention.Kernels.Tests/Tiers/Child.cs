using System.Diagnostics;

namespace Attention.Kernels.Tests;

/// <summary>This very test program, started again: with other switches, or to die.</summary>
internal static class Child
{
    /// <summary>Long enough for any child on a very busy machine; a child that takes longer hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public sealed record Outcome(int ExitCode, string Output);

    public static async Task<Outcome> Run(string[] arguments, CancellationToken cancellation, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Executable) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in (string[])[.. Prefix, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{Executable} did not start");
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static string Assembly => typeof(Child).Assembly.Location;

    private static string Apphost => Path.ChangeExtension(Assembly, OperatingSystem.IsWindows() ? "exe" : null);

    /// <summary>Whatever started this process starts the child: the program's own executable, or dotnet with the assembly as argument.</summary>
    private static bool StartedByDotnet => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    private static string Executable => StartedByDotnet ? Environment.ProcessPath! : Apphost;

    private static string[] Prefix => StartedByDotnet ? ["exec", Assembly] : [];
}
