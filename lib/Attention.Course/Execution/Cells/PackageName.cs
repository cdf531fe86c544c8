namespace Attention.Course.Execution;

/// <summary>What #r "nuget: Name, Version" asks for.</summary>
/// <param name="Name">The package's id.</param>
/// <param name="Version">Its version, or null for the newest.</param>
internal sealed record PackageName(string Name, string? Version)
{
    private const string Prefix = "nuget:";

    /// <summary>The package that a #r directive names, or null when it names a file.</summary>
    public static PackageName? Parse(string reference)
    {
        if (!reference.TrimStart().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        string[] parts = reference.TrimStart()[Prefix.Length..].Split(',', 2, StringSplitOptions.TrimEntries);
        return new PackageName(parts[0], parts.Length > 1 && parts[1].Length > 0 ? parts[1] : null);
    }

    public override string ToString() => Version is null ? Name : $"{Name} {Version}";
}

/// <summary>A package on this machine, with everything that it needs.</summary>
/// <param name="CompileFiles">What the compiler reads.</param>
/// <param name="RuntimeFiles">What the runtime loads.</param>
/// <param name="NativeFolders">Where the native libraries for this machine are.</param>
internal sealed record RestoredPackage(IReadOnlyList<string> CompileFiles, IReadOnlyList<string> RuntimeFiles, IReadOnlyList<string> NativeFolders);

/// <summary>A package that could not be restored.</summary>
/// <param name="package">The package.</param>
/// <param name="line">The cell's line that asks for it, from 1.</param>
/// <param name="reason">Why it could not.</param>
internal sealed class PackageUnavailableException(PackageName package, int line, string reason)
    : Exception($"package {package} could not be restored: {reason}")
{
    public int Line => line;
}
