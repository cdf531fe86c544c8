using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Attention.Course.Execution;

/// <summary>
/// Finds what a cell's #r names: a file relative to the notebook's folder, or an assembly of the framework.
/// As in .NET Interactive, the first file of an assembly name stays; a second one is ignored.
/// </summary>
internal sealed class CellReferences(string folder, CellAssemblies assemblies) : MetadataReferenceResolver
{
    private readonly Dictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);

    public override bool ResolveMissingAssemblies => true;

    /// <summary>The file that a #r means, or null when there is none.</summary>
    public string? Find(string reference, string? fromFile = null)
    {
        string from = fromFile is not null && Path.IsPathRooted(fromFile) ? Path.GetDirectoryName(fromFile)! : folder;
        string path = Path.GetFullPath(reference, from);
        return File.Exists(path) ? path : FrameworkReferences.Find(reference);
    }

    public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties) =>
        Find(reference, baseFilePath) is { } path ? [Reference(path).WithProperties(properties)] : [];

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity)
    {
        if (FrameworkReferences.Find(referenceIdentity.Name) is { } framework)
            return FrameworkReferences.Of(framework);
        // What this program itself is made of is no cell's business.
        string? beside = definition is PortableExecutableReference { FilePath: { } file } && file != FrameworkReferences.Own
            ? Path.Combine(Path.GetDirectoryName(file)!, referenceIdentity.Name + ".dll")
            : null;
        return File.Exists(beside) ? Reference(beside) : null;
    }

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);

    private PortableExecutableReference Reference(string path)
    {
        if (FrameworkReferences.Find(Path.GetFileName(path)) == path)
            return FrameworkReferences.Of(path);
        string name = NameOf(path);
        if (!_files.TryGetValue(name, out string? first))
            _files[name] = first = path;
        assemblies.Add(first);
        return FrameworkReferences.Of(first);
    }

    private static string NameOf(string path)
    {
        try
        {
            return AssemblyName.GetAssemblyName(path).Name!;
        }
        catch (BadImageFormatException)
        {
            // The compiler says so itself, with the position of the #r.
            return Path.GetFileNameWithoutExtension(path);
        }
    }
}
