using System.Reflection;
using System.Runtime.Loader;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Models.Tests.Examples;

/// <summary>The code in an <c>example</c> of a doc comment: a small program, and what it says that it prints.</summary>
/// <param name="Member">As the compiler names it, such as T:Attention.Models.Tensor.</param>
/// <param name="Code">As it stands there.</param>
internal sealed record Example(string Member, string Code)
{
    private const string Prints = "// prints ";

    private const string Usings =
        "using System; using System.Collections.Generic; using System.IO; using System.Linq; using Attention.Kernels; using Attention.Models;\n#line 1\n";

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>What the comments say that is printed, line by line.</summary>
    internal IEnumerable<string> Promised => Code.Split('\n').Where(line => line.Contains(Prints, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(Prints, StringComparison.Ordinal) + Prints.Length)..].Trim());

    /// <summary>Every example in the doc comments of the library.</summary>
    internal static IReadOnlyList<Example> All()
    {
        var document = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Attention.Models.xml"));
        return [.. document.Descendants("member").SelectMany(member => member.Elements("example").Select(example => new Example((string)member.Attribute("name")!, (string)example.Element("code")!)))];
    }

    /// <summary>The program.</summary>
    internal byte[] Compiled()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Usings + Code, new(LanguageVersion.CSharp14), cancellationToken: TestContext.Current.CancellationToken);
        var compilation = CSharpCompilation.Create("Example", [tree], References, new(OutputKind.ConsoleApplication, optimizationLevel: OptimizationLevel.Release));
        using MemoryStream assembly = new();
        var compiled = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(compiled.Success, $"{Member}: the example does not compile\n{string.Join('\n', compiled.Diagnostics.Where(problem => problem.Severity == DiagnosticSeverity.Error))}");
        return assembly.ToArray();
    }

    /// <summary>Runs the program.</summary>
    /// <returns>What it printed, line by line.</returns>
    internal string[] Run(byte[] program)
    {
        var context = new AssemblyLoadContext(Member, isCollectible: true);
        TextWriter console = Console.Out;
        using StringWriter printed = new();
        Console.SetOut(printed);
        try
        {
            MethodInfo main = context.LoadFromStream(new MemoryStream(program)).EntryPoint!;
            main.Invoke(null, main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
            context.Unload();
        }

        return printed.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
