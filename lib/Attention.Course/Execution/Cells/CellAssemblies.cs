using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Attention.Course.Execution;

/// <summary>
/// Where the assemblies of a notebook live: a cell gets the very file that its #r names, even when this program ships an assembly of the same name.
/// Files are read, not held open, so that a rebuild can replace them while a notebook runs.
/// </summary>
internal sealed class CellAssemblies() : AssemblyLoadContext("cells")
{
    private readonly ConcurrentDictionary<string, string> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Assembly> _cells = new();
    private readonly ConcurrentDictionary<string, bool> _packageFiles = new();
    private readonly ConcurrentDictionary<string, bool> _nativeFolders = new();
    private readonly ConcurrentDictionary<string, Lazy<Assembly>> _loaded = new();

    /// <summary>Makes a file known, together with what lies beside it. The first file of a name stays.</summary>
    public void Add(string path) => _files.TryAdd(Path.GetFileNameWithoutExtension(path), path);

    /// <summary>Makes the files of a restored package known: they are loaded in place, because packages look for more beside them.</summary>
    public void Add(RestoredPackage package)
    {
        foreach (string path in package.RuntimeFiles)
        {
            _packageFiles.TryAdd(path, true);
            Add(path);
        }

        foreach (string folder in package.NativeFolders)
            _nativeFolders.TryAdd(folder, true);
    }

    /// <summary>Loads what the compiler made of a cell.</summary>
    public Assembly LoadCell(Stream image, Stream symbols)
    {
        Assembly cell = LoadFromStream(image, symbols);
        _cells[cell.GetName().Name!] = cell;
        return cell;
    }

    /// <summary>Whether an assembly is a compiled cell.</summary>
    public bool IsCell(Assembly assembly) => _cells.TryGetValue(assembly.GetName().Name!, out Assembly? cell) && cell == assembly;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name!;
        if (_cells.TryGetValue(name, out Assembly? cell))
            return cell;
        if (FrameworkReferences.Find(name) is not null || name == typeof(CellAssemblies).Assembly.GetName().Name)
            return null;
        string? path = _files.GetValueOrDefault(name) ?? Beside(name + ".dll");
        return path is null ? null : _loaded.GetOrAdd(path, file => new Lazy<Assembly>(() => LoadFile(file))).Value;
    }

    private Assembly LoadFile(string path)
    {
        if (_packageFiles.ContainsKey(path))
            return LoadFromAssemblyPath(path);
        string symbols = Path.ChangeExtension(path, ".pdb");
        using var image = new MemoryStream(File.ReadAllBytes(path));
        using MemoryStream? debug = File.Exists(symbols) ? new MemoryStream(File.ReadAllBytes(symbols)) : null;
        return LoadFromStream(image, debug);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows() ? [unmanagedDllName, unmanagedDllName + ".dll"]
            : OperatingSystem.IsMacOS() ? [unmanagedDllName, $"lib{unmanagedDllName}.dylib", unmanagedDllName + ".dylib"]
            : [unmanagedDllName, $"lib{unmanagedDllName}.so", unmanagedDllName + ".so"];
        string? path = names.Select(Beside).FirstOrDefault(found => found is not null);
        return path is null ? 0 : NativeLibrary.Load(path);
    }

    private string? Beside(string fileName)
    {
        string native = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native", fileName);
        return _files.Values.Select(path => Path.GetDirectoryName(path)!).Distinct()
            .SelectMany(directory => new[] { Path.Combine(directory, fileName), Path.Combine(directory, native) })
            .Concat(_nativeFolders.Keys.Select(folder => Path.Combine(folder, fileName)))
            .FirstOrDefault(File.Exists);
    }
}
