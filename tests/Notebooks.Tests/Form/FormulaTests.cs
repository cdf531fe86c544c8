using Attention.Course.Documents;

namespace Notebooks.Tests.Form;

/// <summary>Formulas show in every host: KaTeX in VS Code and the book, MathJax in Jupyter.</summary>
public sealed class FormulaTests
{
    [Theory]
    [MemberData(nameof(Course.Notebooks), MemberType = typeof(Course))]
    public void Formulas_InANotebook_ShowInKaTexAndMathJax(string name) =>
        Assert.All(Course.Read(name).Cells.Where(cell => cell.Kind == CellKind.Markdown), cell =>
            Assert.True(Problems(cell.Source) is { Length: 0 }, $"{name}, {cell.Id}: {string.Join("; ", Problems(cell.Source))}"));

    [Theory]
    [InlineData(@"$\operatorname{softmax}(s)_i = \frac{e^{s_i}}{\sum_j e^{s_j}}$")]
    [InlineData(@"$$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$$")]
    [InlineData(@"$$\left\{ x \;\middle|\; x \ge 0 \right\}, \quad \lVert x \rVert$$")]
    [InlineData(@"it costs 5 \$, and `$x$` is code")]
    [InlineData("```\n$ not a formula \\_\n```")]
    [InlineData(@"$x\_y \text{ where } x$ and $\mathrm{d}x$, $\max_{\text{rows}} x$")]
    [InlineData("| $\\lvert x \\rvert$ | b |")]
    public void Problems_GoodFormula_AreNone(string markdown) => Assert.Empty(Problems(markdown));

    [Theory]
    [InlineData(@"$\argmax_i x_i$", @"\argmax is undefined in MathJax; write \operatorname{argmax}")]
    [InlineData(@"$\bm{x}$", @"\bm is not known to both KaTeX and MathJax")]
    [InlineData(@"$$\text{Attention(Q, K, V) = softmax(\frac{QK^T}{\sqrt{d_k}})V} \tag{1}$$", @"\text{Attention(Q, K, V) = softmax(\frac{QK^T}{\sqrt{d_k}})V} holds mathematics")]
    [InlineData(@"$\frac{1}{2$", "braces do not match")]
    [InlineData(@"$}x{$", "braces do not match")]
    [InlineData(@"$\left( x )$", @"\left and \right do not match")]
    [InlineData(@"$$\begin{pmatrix} 1 \end{bmatrix}$$", @"\end{bmatrix} without \begin{bmatrix}")]
    [InlineData(@"$$\begin{aligned} x$$", @"\begin{aligned} without \end{aligned}")]
    [InlineData(@"$$\begin{align} x \end{align}$$", "the environment align is not shown alike by KaTeX and MathJax")]
    [InlineData(@"a\_b", @"line 1: \_ outside a formula")]
    [InlineData("a\n\n$x", "line 3: $ is never closed")]
    [InlineData("$$x\n\ny$$", "line 1: $$ is never closed")]
    [InlineData("from $5 to 6$7", "line 1: $5 to 6$ is not taken for a formula (a space inside, or a digit behind)")]
    [InlineData("$ x$", "line 1: $ x$ is not taken for a formula (a space inside, or a digit behind)")]
    [InlineData("$a − b$", "− is no TeX; write its command")]
    [InlineData("$a<b$", @"< before a letter can be taken for HTML; write \lt")]
    [InlineData("| $|x|$ |", @"| ends the table's cell; write \lvert and \rvert, or \mid")]
    [InlineData("$$ $$", "the formula is empty")]
    public void Problems_BadFormula_AreNamed(string markdown, string problem) => Assert.Contains(problem, Problems(markdown));

    private static string[] Problems(string markdown)
    {
        (IReadOnlyList<Formula> formulas, IReadOnlyList<string> problems) = Formula.In(markdown);
        return [.. problems, .. formulas.SelectMany(FormulaLinter.Problems)];
    }
}
