using System.Reflection;

namespace Attention.Lab;

/// <summary>Finds out which host runs the cell, by what is loaded; references none of them.</summary>
internal static class Host
{
    /// <summary>Whether .NET Interactive is in this process.</summary>
    public static bool IsDotNetInteractive => Loaded(IsPartOfDotNetInteractive) is not null;

    /// <summary>Whether an assembly of this name belongs to .NET Interactive.</summary>
    public static bool IsPartOfDotNetInteractive(string name) => name.StartsWith("Microsoft.DotNet.Interactive", StringComparison.Ordinal);

    /// <summary>The first loaded assembly with such a name.</summary>
    public static Assembly? Loaded(Func<string, bool> isWanted) =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(assembly => isWanted(assembly.GetName().Name ?? ""));
}
