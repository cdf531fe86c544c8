using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.CodeAnalysis;

namespace Attention.Course.Execution;

/// <summary>The framework's assemblies as compiler references, read once for the whole process.</summary>
internal static class FrameworkReferences
{
    private static readonly ConcurrentDictionary<(string Path, long Stamp), PortableExecutableReference> Read = new();

    private static readonly FrozenDictionary<string, string> Files = FindFiles();

    /// <summary>One reference per assembly of the shared framework, and the assembly that gives cells Display and HTML.</summary>
    public static IReadOnlyList<MetadataReference> All { get; } =
        [.. Files.Values.Append(Own).Select(Of)];

    /// <summary>This program's file.</summary>
    public static string Own => typeof(CellFunctions).Assembly.Location;

    /// <summary>The framework's file for an assembly name with or without its ending, or null.</summary>
    public static string? Find(string name) =>
        Files.GetValueOrDefault(name) ?? (name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? Files.GetValueOrDefault(name[..^4]) : null);

    /// <summary>The reference for a file; one object per version of the file, so that the compiler shares what it read.</summary>
    public static PortableExecutableReference Of(string path) =>
        Read.GetOrAdd((path, File.GetLastWriteTimeUtc(path).Ticks), static key => MetadataReference.CreateFromFile(key.Path));

    private static FrozenDictionary<string, string> FindFiles()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Distinct()
            .ToFrozenDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
    }
}
