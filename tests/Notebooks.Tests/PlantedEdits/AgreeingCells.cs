using Attention.Course.Documents;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Notebooks.Tests.PlantedEdits;

/// <summary>One <c>Agree("name", Function)</c> of a notebook, with the cells that its function is written in.</summary>
/// <param name="Kernel">The name of the kernel it is held against.</param>
/// <param name="Cell">The index of the cell with the call.</param>
/// <param name="Regions">The methods and lambdas that take part, with the index of their cell.</param>
/// <param name="Cells">Every cell that takes part, in reading order, the agreeing one last.</param>
internal sealed record AgreeingFunction(string Kernel, int Cell, IReadOnlyList<(int Cell, SyntaxNode Region)> Regions, IReadOnlyList<int> Cells);

/// <summary>Finds what agrees in a notebook, by reading its cells as C# scripts.</summary>
internal static class AgreeingCells
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.CSharp14, kind: SourceCodeKind.Script);

    /// <summary>Lists the calls of <c>Agree</c>, in reading order.</summary>
    public static IReadOnlyList<AgreeingFunction> In(Notebook notebook) => CallsOf("Agree", notebook);

    /// <summary>Lists the calls of the named check, in reading order.</summary>
    public static IReadOnlyList<AgreeingFunction> CallsOf(string check, Notebook notebook)
    {
        var declared = new Dictionary<string, (int Cell, SyntaxNode Declaration)>();
        var found = new List<AgreeingFunction>();
        for (int cell = 0; cell < notebook.Cells.Count; cell++)
        {
            if (notebook.Cells[cell].Kind != CellKind.Code)
            {
                continue;
            }

            var root = CSharpSyntaxTree.ParseText(notebook.Cells[cell].Source, Script, cancellationToken: TestContext.Current.CancellationToken).GetRoot();
            foreach (var (name, declaration) in Declarations(root))
            {
                declared[name] = (cell, declaration);
            }

            foreach (var call in root.DescendantNodes().OfType<InvocationExpressionSyntax>())
            {
                if (call.Expression is IdentifierNameSyntax name && name.Identifier.Text == check
                    && call.ArgumentList.Arguments is [{ Expression: LiteralExpressionSyntax kernel }, { Expression: var function }, ..])
                {
                    found.Add(Follow(kernel.Token.ValueText, cell, function, declared));
                }
            }
        }

        return found;
    }

    private static AgreeingFunction Follow(string kernel, int cell, ExpressionSyntax function, Dictionary<string, (int Cell, SyntaxNode Declaration)> declared)
    {
        var reached = new List<(int Cell, SyntaxNode Declaration)>();
        var open = new Queue<(int Cell, SyntaxNode Node)>([(cell, function)]);
        while (open.TryDequeue(out var part))
        {
            foreach (string name in NamesFromOutside(part.Node))
            {
                if (declared.TryGetValue(name, out var declaration) && !reached.Contains(declaration))
                {
                    reached.Add(declaration);
                    open.Enqueue(declaration);
                }
            }
        }

        var functions = reached.Select(part => (part.Cell, part.Declaration)).Append((cell, function))
            .Where(part => part.Item2 is MethodDeclarationSyntax or TypeDeclarationSyntax or AnonymousFunctionExpressionSyntax
                or VariableDeclaratorSyntax { Initializer.Value: AnonymousFunctionExpressionSyntax })
            .OrderBy(part => part.Item1)
            .ToList();
        return new(kernel, cell, functions, [.. reached.Select(part => part.Cell).Append(cell).Distinct().Order()]);
    }

    /// <summary>The names that a piece of code uses and does not declare itself; what follows a dot is a member of something else.</summary>
    private static IEnumerable<string> NamesFromOutside(SyntaxNode code)
    {
        var own = code.DescendantNodes().Select(node => node switch
        {
            ParameterSyntax parameter => parameter.Identifier.Text,
            VariableDeclaratorSyntax variable => variable.Identifier.Text,
            SingleVariableDesignationSyntax designation => designation.Identifier.Text,
            ForEachStatementSyntax loop => loop.Identifier.Text,
            LocalFunctionStatementSyntax function => function.Identifier.Text,
            _ => "",
        }).ToHashSet();
        return code.DescendantNodesAndSelf().OfType<SimpleNameSyntax>()
            .Where(name => name.Parent is not MemberAccessExpressionSyntax access || access.Name != name)
            .Select(name => name.Identifier.Text)
            .Where(name => !own.Contains(name));
    }

    private static IEnumerable<(string Name, SyntaxNode Declaration)> Declarations(SyntaxNode root)
    {
        foreach (var member in root.ChildNodes())
        {
            switch (member)
            {
                case MethodDeclarationSyntax method:
                    yield return (method.Identifier.Text, method);
                    break;
                case BaseTypeDeclarationSyntax type:
                    yield return (type.Identifier.Text, type);
                    break;
                case FieldDeclarationSyntax field:
                    foreach (var variable in field.Declaration.Variables)
                    {
                        yield return (variable.Identifier.Text, variable);
                    }

                    break;
            }
        }
    }
}
