using System.Diagnostics;
using System.Security;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Attention.Course.Execution;

/// <summary>
/// Restores NuGet packages for cells the way a project does: by the SDK, with the user's own NuGet configuration.
/// What was restored once is remembered in the user's cache, so that the next run asks nobody.
/// </summary>
internal static partial class Packages
{
    /// <summary>How long a restore may take: long enough for a big download, short enough for a registry that does not answer.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    /// <summary>The folder of what was restored, one folder below for each package.</summary>
    public static string Cache => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "attention-notebooks", "packages");

    /// <summary>Makes a package and what it needs available on this machine.</summary>
    /// <param name="package">The package.</param>
    /// <param name="folder">The notebook's folder; a NuGet.Config there or above counts.</param>
    /// <param name="line">The cell's line that asks, for the message.</param>
    /// <param name="cancellation">Ends the restore.</param>
    /// <exception cref="PackageUnavailableException">It cannot be had.</exception>
    public static async Task<RestoredPackage> RestoreAsync(PackageName package, string folder, int line, CancellationToken cancellation)
    {
        if (!Name().IsMatch(package.Name) || (package.Version is { } version && !Version().IsMatch(version)))
            throw new PackageUnavailableException(package, line, "write it as #r \"nuget: Name, Version\"");
        // Only an exact version means the same files for ever.
        string? remembered = package.Version is { } exact && ExactVersion().IsMatch(exact)
            ? Path.Combine(Cache, package.Name.ToLowerInvariant(), exact, "project.assets.json")
            : null;
        if (File.Exists(remembered) && Recall(remembered) is { } known)
            return known;

        string scratch = Directory.CreateTempSubdirectory("attention-notebooks-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(scratch, "Package.csproj"), Project(package, folder), cancellation);
            await DotnetRestoreAsync(package, scratch, line, cancellation);
            string assets = Path.Combine(scratch, "obj", "project.assets.json");
            RestoredPackage restored = PackageAssets.Read(assets)
                ?? throw new PackageUnavailableException(package, line, "its files are not where NuGet says");
            if (remembered is not null)
                Remember(assets, remembered);
            return restored;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>What was remembered, or null when it is no longer whole.</summary>
    private static RestoredPackage? Recall(string remembered)
    {
        try
        {
            return PackageAssets.Read(remembered);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Remember(string assets, string remembered)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(remembered)!);
            string beside = $"{remembered}.{Environment.ProcessId}";
            File.Copy(assets, beside, overwrite: true);
            File.Move(beside, remembered, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written, as in many containers: the package is there all the same, and the next run restores it again.
        }
    }

    private static string Project(PackageName package, string folder) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <NuGetAudit>false</NuGetAudit>
            <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
            <ImportDirectoryBuildTargets>false</ImportDirectoryBuildTargets>
            <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
            <RestoreRootConfigDirectory>{SecurityElement.Escape(folder)}</RestoreRootConfigDirectory>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="{package.Name}" Version="{VersionRange(package.Version)}" />
          </ItemGroup>
        </Project>
        """;

    // NuGet reads a bare version as "at least".
    private static string VersionRange(string? version) => version is null ? "*" : ExactVersion().IsMatch(version) ? $"[{version}]" : version;

    private static async Task DotnetRestoreAsync(PackageName package, string scratch, int line, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(DotnetHost.Path, ["restore", "--nologo", "-nodeReuse:false", "-verbosity:quiet"])
        {
            WorkingDirectory = scratch,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process restore = Process.Start(start)!;
        restore.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeLimit);
        Task<string> output = restore.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = restore.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await restore.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            restore.Kill(entireProcessTree: true);
            await restore.WaitForExitAsync(CancellationToken.None);
            cancellation.ThrowIfCancellationRequested();
            throw new PackageUnavailableException(package, line, $"no answer within {TimeLimit.TotalSeconds:F0} seconds");
        }

        if (restore.ExitCode != 0)
            throw new PackageUnavailableException(package, line, Reason(await output + await error));
    }

    /// <summary>What NuGet says, without the path of the scratch project and without saying it twice.</summary>
    private static string Reason(string log)
    {
        string[] errors = [.. Error().Matches(log).Select(match => match.Groups["text"].Value.Trim()).Distinct()];
        return errors.Length > 0 ? errors[0] : "dotnet restore failed";
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9A-Za-z.\-+*\[\](), ]+$")]
    private static partial Regex Version();

    [GeneratedRegex(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.\-]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"error (?<text>N[A-Z]+\d+: [^\r\n]*?)(?= \[|\r?\n|$)")]
    private static partial Regex Error();
}
