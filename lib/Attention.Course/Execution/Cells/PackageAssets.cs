using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Attention.Course.Execution;

/// <summary>Reads from NuGet's project.assets.json which files a restored package and what it needs consist of.</summary>
internal static class PackageAssets
{
    /// <summary>The names under which packages keep what is meant for this machine, the most special first.</summary>
    private static readonly string[] Machines = OperatingSystem.IsWindows() ? [RuntimeInformation.RuntimeIdentifier, "win"]
        : OperatingSystem.IsMacOS() ? [RuntimeInformation.RuntimeIdentifier, "osx", "unix"]
        : [RuntimeInformation.RuntimeIdentifier, "linux", "unix"];

    /// <summary>The files, or null when some of them are gone.</summary>
    public static RestoredPackage? Read(string assetsPath)
    {
        JsonNode assets = JsonNode.Parse(File.ReadAllText(assetsPath))!;
        string[] roots = [.. assets["packageFolders"]!.AsObject().Select(folder => folder.Key)];
        JsonObject libraries = assets["libraries"]!.AsObject();
        var compile = new List<string>();
        var runtime = new List<string>();
        var native = new List<string>();
        foreach (var (library, target) in assets["targets"]!.AsObject().First().Value!.AsObject())
        {
            if (libraries[library]?["path"]?.GetValue<string>() is not { } path)
                continue;
            JsonObject special = target!["runtimeTargets"] as JsonObject ?? [];
            string[] chosen = [.. Libraries(target["runtime"]).Select(file => ForThisMachine(file, special))];
            string[] natives = [.. special.Where(file => IsFor(file.Value, "native")).Select(file => file.Key)];
            if (!TryFind(Libraries(target["compile"]), compile) || !TryFind(chosen, runtime) || !TryFind(natives, native))
                return null;

            bool TryFind(IEnumerable<string> files, List<string> found)
            {
                foreach (string file in files)
                {
                    if (roots.Select(root => Path.Combine(root, path, file)).FirstOrDefault(File.Exists) is not { } full)
                        return false;
                    found.Add(full);
                }

                return true;
            }
        }

        return new RestoredPackage(compile, runtime, [.. native.Select(file => Path.GetDirectoryName(file)!).Distinct()]);
    }

    private static IEnumerable<string> Libraries(JsonNode? group) =>
        (group as JsonObject ?? []).Select(file => file.Key).Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase));

    /// <summary>A package may bring another file of the same name for one kind of machine.</summary>
    private static string ForThisMachine(string file, JsonObject special) =>
        Machines.SelectMany(machine => special.Where(other => IsFor(other.Value, "runtime", machine) && Path.GetFileName(other.Key) == Path.GetFileName(file)))
            .Select(other => other.Key)
            .FirstOrDefault(file);

    private static bool IsFor(JsonNode? file, string kind, string? machine = null) =>
        file?["assetType"]?.GetValue<string>() == kind && file["rid"]?.GetValue<string>() is { } rid && (machine is null ? Machines.Contains(rid) : machine == rid);
}
