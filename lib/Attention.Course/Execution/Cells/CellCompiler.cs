using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Text;

namespace Attention.Course.Execution;

/// <summary>Runs a compiled cell on the state of the cells before it.</summary>
internal delegate Task<object?> CellEntryPoint(object?[] submissions);

/// <summary>
/// Compiles cells with the engine that .NET Interactive uses: Roslyn's C# scripting, each cell a submission that sees those before it.
/// Only loading is our own, because scripting would prefer an assembly of this program to the file that a #r names.
/// </summary>
internal sealed class CellCompiler
{
    /// <summary>The language of every cell. Left alone, the scripting package would take the newest it knows.</summary>
    public const LanguageVersion Language = LanguageVersion.CSharp14;

    private static readonly EmitOptions WithSymbols = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private static readonly CSharpParseOptions ParseOptions = new(Language, kind: SourceCodeKind.Script);

    private readonly CellAssemblies _assemblies;
    private readonly CellReferences _references;
    private ScriptOptions _options;
    private Script<object> _last;

    public CellCompiler(string folder, CellAssemblies assemblies)
    {
        _assemblies = assemblies;
        _references = new CellReferences(folder, assemblies);
        _options = ScriptOptions.Default
            .WithLanguageVersion(Language)
            .WithImports(
                "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks", "System.Linq",
                typeof(CellFunctions).FullName!)
            .WithReferences(FrameworkReferences.All)
            .WithMetadataResolver(_references)
            .WithSourceResolver(new SourceFileResolver([], folder))
            .WithFileEncoding(Encoding.UTF8);
        _last = CSharpScript.Create<object>("", _options);
    }

    private CellCompiler(CellCompiler origin)
    {
        _assemblies = origin._assemblies;
        _references = origin._references;
        _options = origin._options;
        _last = origin._last;
    }

    /// <summary>A compiler that goes on from the same cells without changing this one.</summary>
    public CellCompiler Fork() => new(this);

    /// <summary>The #r directives of a cell, in order, with the lines on which they stand (from 1).</summary>
    public static IReadOnlyList<(int Line, string Reference, TextSpan Span)> Directives(string code)
    {
        CompilationUnitSyntax root = SyntaxFactory.ParseSyntaxTree(code, ParseOptions).GetCompilationUnitRoot();
        return [.. root.GetReferenceDirectives().Select(directive =>
            (directive.GetLocation().GetLineSpan().StartLinePosition.Line + 1, directive.File.ValueText, directive.Span))];
    }

    /// <summary>Whether a #r names something that exists.</summary>
    public bool CanFind(string reference) => _references.Find(reference) is not null;

    /// <summary>Lets all cells from here on use a restored package.</summary>
    public void Add(RestoredPackage package)
    {
        _assemblies.Add(package);
        _options = _options.AddReferences(package.CompileFiles.Select(FrameworkReferences.Of));
    }

    /// <summary>Compiles a cell and, when it is sound, makes it the one that the next cell continues.</summary>
    /// <param name="code">The cell's C#.</param>
    /// <param name="name">What its lines are called in stack traces.</param>
    /// <exception cref="CompilationErrorException">The code is refused.</exception>
    public CompiledCell Compile(string code, string name)
    {
        Script<object> script = _last.ContinueWith<object>(code, _options.WithFilePath(name));
        Compilation compilation = script.GetCompilation();
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        EmitResult emitted = compilation.Emit(image, symbols, options: WithSymbols);
        ImmutableArray<Diagnostic> errors = [.. emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        if (errors.Length > 0)
            throw new CompilationErrorException(errors[0].GetMessage(CultureInfo.InvariantCulture), errors);
        _last = script;
        if (!emitted.Success)
        {
            // A cell of only comments or usings: sound, with nothing to run.
            return new CompiledCell(static _ => Task.FromResult<object?>(null), compilation);
        }

        image.Position = symbols.Position = 0;
        Assembly assembly = _assemblies.LoadCell(image, symbols);
        IMethodSymbol entry = compilation.GetEntryPoint(CancellationToken.None)!;
        MethodInfo factory = assembly.GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!;
        return new CompiledCell(factory.CreateDelegate<CellEntryPoint>(), compilation);
    }
}

/// <summary>A cell ready to run.</summary>
/// <param name="Run">Runs it.</param>
/// <param name="Compilation">What the compiler knows of it.</param>
internal sealed record CompiledCell(CellEntryPoint Run, Compilation Compilation)
{
    /// <summary>Whether the cell ends in an expression that is to be shown, even when its value is null.</summary>
    public bool EndsInValue()
    {
        SyntaxTree? tree = Compilation.SyntaxTrees.LastOrDefault();
        if (tree?.GetRoot() is not CompilationUnitSyntax root
            || root.Members.LastOrDefault() is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last })
            return false;
        return Compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).ConvertedType is { SpecialType: not SpecialType.System_Void };
    }
}
