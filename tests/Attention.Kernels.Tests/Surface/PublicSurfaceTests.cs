using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Attention.Kernels.Tests;

/// <summary>The library stands alone, and says what it does.</summary>
public sealed class PublicSurfaceTests
{
    private static readonly Assembly Library = typeof(ScaledDotProduct).Assembly;

    [Fact]
    public void References_AreTheFrameworkOnly()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        AssemblyName[] references = Library.GetReferencedAssemblies();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(File.Exists(Path.Combine(framework, reference.Name + ".dll")), $"{reference.Name} is not part of the framework"));
    }

    [Fact]
    public void Namespace_IsOne() => Assert.All(Library.GetExportedTypes(), type => Assert.Equal("Attention.Kernels", type.Namespace));

    /// <summary>What the course, its notebooks and its readers call by name.</summary>
    [Fact]
    public void Doors_AreThere()
    {
        Assert.Superset(
            (HashSet<string>)["Exponential", "Softmax", "ScaledDotProduct", "Mask", "RowShape", "AttentionShape", "AttentionOptions"],
            Library.GetExportedTypes().Select(type => type.Name).ToHashSet());
        foreach (Type door in (Type[])[typeof(Exponential), typeof(Softmax)])
        {
            Assert.Superset((HashSet<string>)["Forward", "ForwardNaive", "Backward", "BackwardNaive"], door.GetMethods().Select(method => method.Name).ToHashSet());
        }
    }

    [Fact]
    public void PublicMembers_AreDocumented()
    {
        MemberInfo[] members = [.. Library.GetExportedTypes().SelectMany(Written)];
        Assert.InRange(members.Length, 25, int.MaxValue);
        Assert.All(members, member =>
        {
            string id = DocumentationId.Of(member);
            XElement text = LibraryDocumentation.Of(id);
            bool said = text.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(text.Element("summary")?.Value);
            Assert.True(said, $"{id} has no summary");
        });
    }

    /// <summary>A reader sees the shape of every buffer first.</summary>
    [Fact]
    public void Buffers_OpenTheirDocumentationWithTheirShape()
    {
        var buffers = (from type in Library.GetExportedTypes()
                       from method in Written(type).OfType<MethodInfo>()
                       let documentation = Inherited(LibraryDocumentation.Of(DocumentationId.Of(method)))
                       from parameter in method.GetParameters()
                       where IsBuffer(parameter.ParameterType)
                       select (Name: $"{type.Name}.{method.Name}({parameter.Name})", Text: Parameter(documentation, parameter.Name!))).ToArray();
        Assert.InRange(buffers.Length, 20, int.MaxValue);
        Assert.All(buffers, buffer => Assert.True(buffer.Text.StartsWith('['), $"{buffer.Name}: \"{buffer.Text}\""));
    }

    private static bool IsBuffer(Type type) => type.IsArray
        || (type.IsGenericType && new[] { typeof(Span<>), typeof(ReadOnlySpan<>), typeof(ReadOnlyMemory<>) }.Contains(type.GetGenericTypeDefinition()));

    private static string Parameter(XElement documentation, string name) =>
        documentation.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")!.Value == name)?.Value ?? "not documented";

    private static XElement Inherited(XElement documentation) =>
        documentation.Element("inheritdoc")?.Attribute("cref") is { } source ? LibraryDocumentation.Of(source.Value) : documentation;

    /// <summary>The type itself and what its author wrote; what a record adds of itself is the compiler's.</summary>
    private static IEnumerable<MemberInfo> Written(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        HashSet<string?> positional = [.. type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.Name)];
        return
        [
            type,
            .. type.GetMembers(Declared).Where(member => member is MethodInfo { IsSpecialName: false } or MethodInfo { Name: ['o', 'p', '_', ..] } or PropertyInfo or FieldInfo { IsSpecialName: false })
                .Where(member => member.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
                .Where(member => !positional.Contains(member.Name)),
        ];
    }
}
