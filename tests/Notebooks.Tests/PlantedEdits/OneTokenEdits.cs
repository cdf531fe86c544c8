using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Notebooks.Tests.PlantedEdits;

/// <summary>Makes every one-token edit of a piece of a cell: operators, constants, axes, arguments of the same type, and an operand dropped.</summary>
internal static class OneTokenEdits
{
    private static readonly Dictionary<SyntaxKind, string> Operators = new()
    {
        [SyntaxKind.PlusToken] = "-",
        [SyntaxKind.MinusToken] = "+",
        [SyntaxKind.AsteriskToken] = "/",
        [SyntaxKind.SlashToken] = "*",
        [SyntaxKind.LessThanToken] = "<=",
        [SyntaxKind.LessThanEqualsToken] = "<",
        [SyntaxKind.GreaterThanToken] = ">=",
        [SyntaxKind.GreaterThanEqualsToken] = ">",
        [SyntaxKind.EqualsEqualsToken] = "!=",
        [SyntaxKind.ExclamationEqualsToken] = "==",
        [SyntaxKind.AmpersandAmpersandToken] = "||",
        [SyntaxKind.BarBarToken] = "&&",
        [SyntaxKind.PlusEqualsToken] = "-=",
        [SyntaxKind.MinusEqualsToken] = "+=",
        [SyntaxKind.AsteriskEqualsToken] = "/=",
        [SyntaxKind.SlashEqualsToken] = "*=",
    };

    private static readonly Dictionary<string, string> Names = new()
    {
        ["Max"] = "Min",
        ["Min"] = "Max",
        ["Sqrt"] = "Cbrt",
        ["Exp"] = "Cosh",
        ["PointwiseExp"] = "PointwiseCosh",
        ["NegativeInfinity"] = "MinValue",
    };

    /// <summary>Lists the edits of one region of a cell.</summary>
    /// <param name="cellId">The cell's id, for the record.</param>
    /// <param name="source">The whole cell.</param>
    /// <param name="region">The method or lambda to edit, parsed from <paramref name="source"/>.</param>
    public static IEnumerable<PlantedEdit> Of(string cellId, string source, SyntaxNode region)
    {
        var text = SourceText.From(source);
        foreach (var (span, replacement) in Replacements(region).DistinctBy(edit => edit))
        {
            string changed = text.Replace(span, replacement).ToString();
            int line = text.Lines.GetLineFromPosition(span.Start).LineNumber;
            string change = replacement.Length > 0 ? $"{text.ToString(span)} → {replacement}" : $"without {text.ToString(span).Trim()}";
            yield return new(cellId, line + 1, change, changed.Split('\n')[line].Trim(), changed);
        }
    }

    private static IEnumerable<(TextSpan Span, string Replacement)> Replacements(SyntaxNode region)
    {
        var parametersByType = ParametersByType(region);
        foreach (var token in region.DescendantTokens().Where(token => !AdvancesALoop(token)))
        {
            if (OperatorInExpression(token) && Operators.TryGetValue(token.Kind(), out var opposite))
            {
                yield return (token.Span, opposite);
            }
            else if (token.Parent is LiteralExpressionSyntax && token.Value is int or float or double)
            {
                yield return (token.Span, Neighbour(token));
            }
            else if (token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is IdentifierNameSyntax)
            {
                if (Names.TryGetValue(token.Text, out var other) && token.Parent.Parent is MemberAccessExpressionSyntax)
                {
                    yield return (token.Span, other);
                }

                foreach (string sibling in parametersByType.GetValueOrDefault(token.Text, []))
                {
                    yield return (token.Span, sibling);
                }
            }
        }

        foreach (var sum in region.DescendantNodes().OfType<BinaryExpressionSyntax>().Where(sum => Operators.ContainsKey(sum.OperatorToken.Kind())))
        {
            // A scale forgotten, a maximum not subtracted, half of a condition lost.
            yield return (TextSpan.FromBounds(sum.Left.Span.End, sum.Right.Span.End), "");
        }

        foreach (var choice in region.DescendantNodes().OfType<ConditionalExpressionSyntax>())
        {
            yield return (TextSpan.FromBounds(choice.WhenTrue.SpanStart, choice.WhenFalse.Span.End), $"{choice.WhenFalse} : {choice.WhenTrue}");
        }

        foreach (var not in region.DescendantNodes().OfType<PrefixUnaryExpressionSyntax>().Where(node => node.IsKind(SyntaxKind.LogicalNotExpression)))
        {
            yield return (not.OperatorToken.Span, "");
        }

        foreach (var index in region.DescendantNodes().OfType<BracketedArgumentListSyntax>().Where(list => list.Arguments.Count == 2))
        {
            string swapped = $"[{index.Arguments[1]}, {index.Arguments[0]}]";
            if (swapped != index.ToString())
            {
                yield return (index.Span, swapped);
            }
        }
    }

    // An edit that keeps a loop from ending proves nothing: the reader would see that without any check.
    private static bool AdvancesALoop(SyntaxToken token) =>
        token.Parent!.AncestorsAndSelf().Any(node =>
            node is ExpressionSyntax expression && node.Parent is ForStatementSyntax loop && loop.Incrementors.Contains(expression)
            || node.Parent is WhileStatementSyntax { Condition: var condition } && condition == node);

    private static bool OperatorInExpression(SyntaxToken token) =>
        token.Parent is BinaryExpressionSyntax or AssignmentExpressionSyntax or PrefixUnaryExpressionSyntax;

    private static string Neighbour(SyntaxToken literal) => literal.Value switch
    {
        int and 0 => "1",
        int value => $"{value - 1}",
        float and 0f => "1f",
        float value => FormattableString.Invariant($"{value / 2}f"),
        double and 0d => "1.0",
        double value => FormattableString.Invariant($"{value / 2:0.0###}"),
        _ => throw new ArgumentException($"not a number: {literal}", nameof(literal)),
    };

    private static Dictionary<string, string[]> ParametersByType(SyntaxNode region)
    {
        var parameters = region.DescendantNodesAndSelf().OfType<ParameterSyntax>()
            .Where(parameter => parameter.Type is not null)
            .ToLookup(parameter => parameter.Type!.ToString(), parameter => parameter.Identifier.Text);
        return parameters.SelectMany(group => group, (group, name) => (name, others: group.Where(other => other != name).Distinct().ToArray()))
            .DistinctBy(pair => pair.name)
            .ToDictionary(pair => pair.name, pair => pair.others);
    }
}
