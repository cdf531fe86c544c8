using System.Runtime.InteropServices;

namespace Attention.Course.Execution;

/// <summary>The dotnet command that this process runs on.</summary>
internal static class DotnetHost
{
    /// <summary>Its full path; the runtime lies in shared/Microsoft.NETCore.App/version below it.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string beside = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
