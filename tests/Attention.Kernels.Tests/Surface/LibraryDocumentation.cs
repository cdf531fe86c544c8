using System.Xml.Linq;

namespace Attention.Kernels.Tests;

/// <summary>The documentation that the library ships, by the name of the member it speaks of.</summary>
internal static class LibraryDocumentation
{
    private static readonly Dictionary<string, XElement> Members = XElement.Load(Path.ChangeExtension(typeof(ScaledDotProduct).Assembly.Location, "xml"))
        .Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    public static XElement Of(string id) => Members.TryGetValue(id, out XElement? text) ? text : throw new KeyNotFoundException($"{id} has no documentation");
}
