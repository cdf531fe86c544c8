using System.Reflection;

namespace Attention.Course.Book;

/// <summary>Style sheets, scripts and fonts of the book, which lie in this assembly.</summary>
internal static class BookAssets
{
    private const string Prefix = "book/";

    /// <summary>Every asset's path below the book's assets folder.</summary>
    public static IEnumerable<string> Names => typeof(BookAssets).Assembly.GetManifestResourceNames()
        .Select(name => name.Replace('\\', '/'))
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => name[Prefix.Length..])
        .Order(StringComparer.Ordinal);

    /// <summary>Opens one asset.</summary>
    public static Stream Open(string name)
    {
        Assembly assembly = typeof(BookAssets).Assembly;
        string resource = assembly.GetManifestResourceNames().Single(known => known.Replace('\\', '/') == Prefix + name);
        return assembly.GetManifestResourceStream(resource)!;
    }

    /// <summary>Writes all assets below a folder.</summary>
    public static void WriteTo(string folder)
    {
        foreach (string name in Names)
        {
            string target = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using Stream from = Open(name);
            using FileStream to = File.Create(target);
            from.CopyTo(to);
        }
    }
}
