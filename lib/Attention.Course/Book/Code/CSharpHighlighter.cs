using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Attention.Course.Book.Code;

/// <summary>Colours C# with the compiler's own parser: every character of the source comes out, escaped, in its order.</summary>
/// <remarks>Cells are scripts, so <c>#r</c> and top-level statements parse; broken code is coloured as far as it can be read.</remarks>
internal static class CSharpHighlighter
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Script);

    /// <summary>The source as HTML: spans of class k (keyword), s (string), n (number), c (comment), t (type), f (function), d (directive).</summary>
    public static string ToHtml(string source)
    {
        var html = new StringBuilder(source.Length * 2);
        foreach (SyntaxToken token in CSharpSyntaxTree.ParseText(source, Script).GetRoot().DescendantTokens())
        {
            Append(html, token.LeadingTrivia);
            Append(html, Class(token), token.Text);
            Append(html, token.TrailingTrivia);
        }

        return html.ToString();
    }

    private static void Append(StringBuilder html, SyntaxTriviaList trivia)
    {
        foreach (SyntaxTrivia part in trivia)
        {
            Append(html, Class(part), part.ToFullString());
        }
    }

    private static void Append(StringBuilder html, string? style, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        string escaped = Html.Escape(text);
        if (style is null || string.IsNullOrWhiteSpace(text))
        {
            html.Append(escaped);
            return;
        }

        // A line's end belongs to no colour, so that it is never inside a span that a reader copies by line.
        string body = escaped.TrimEnd('\r', '\n');
        html.Append("<span class=\"").Append(style).Append("\">").Append(body).Append("</span>").Append(escaped, body.Length, escaped.Length - body.Length);
    }

    private static string? Class(SyntaxTrivia trivia) => trivia.Kind() switch
    {
        SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia => "c",
        SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia => "c",
        _ => trivia.IsDirective ? "d" : null,
    };

    private static string? Class(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken => "s",
        SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken => "s",
        SyntaxKind.Utf8StringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken => "s",
        SyntaxKind.InterpolatedStringStartToken or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedStringEndToken => "s",
        SyntaxKind.InterpolatedSingleLineRawStringStartToken or SyntaxKind.InterpolatedMultiLineRawStringStartToken => "s",
        SyntaxKind.InterpolatedRawStringEndToken => "s",
        SyntaxKind.IdentifierToken => ClassOfName(token),
        _ => SyntaxFacts.IsKeywordKind(token.Kind()) ? "k" : null,
    };

    private static string? ClassOfName(SyntaxToken token) => token.Parent switch
    {
        BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or TypeParameterSyntax or ConstructorDeclarationSyntax => "t",
        MethodDeclarationSyntax or LocalFunctionStatementSyntax => "f",
        IdentifierNameSyntax { IsVar: true } or IdentifierNameSyntax { IsNint: true } or IdentifierNameSyntax { IsNuint: true } => "k",
        SimpleNameSyntax name when IsCalled(name) => "f",
        SimpleNameSyntax name when SyntaxFacts.IsInTypeOnlyContext(name) => "t",
        SimpleNameSyntax name when LooksLikeType(name) => "t",
        _ => null,
    };

    private static bool IsCalled(SimpleNameSyntax name) =>
        name.Parent is InvocationExpressionSyntax call && call.Expression == name
        || name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax outer } access && access.Name == name && outer.Expression == access;

    // Without the compiler's binding, MathF in MathF.Exp(x) is told from a matrix Q in Q.Length by its spelling: an upper-case word, not a letter or two.
    private static bool LooksLikeType(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Expression == name
        && name.Identifier.Text is { Length: > 3 } text && char.IsAsciiLetterUpper(text[0]);
}
