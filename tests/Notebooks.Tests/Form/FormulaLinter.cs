using System.Text.RegularExpressions;

namespace Notebooks.Tests.Form;

/// <summary>Says why a formula would not show in KaTeX, in MathJax, or in a table.</summary>
internal static partial class FormulaLinter
{
    /// <summary>Seen to work in KaTeX 0.19, strict, and in MathJax 3 with its base and ams commands.</summary>
    private static readonly HashSet<string> Known = [.. """
        alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi varphi chi psi omega
        Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell infty partial nabla prime top bot emptyset
        cdot cdots ldots dots vdots ddots times div pm mp odot oplus otimes circ ast star
        le leq ge geq lt gt ne neq equiv approx sim simeq propto ll gg in notin subset subseteq cup cap setminus mid
        to gets mapsto rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow implies iff longrightarrow longmapsto
        forall exists neg land lor
        frac tfrac dfrac binom sqrt sum prod int lim limsup liminf max min sup inf log ln exp sin cos tan tanh arg det dim Pr
        operatorname mathrm mathbf mathbb mathcal mathit mathsf boldsymbol text textbf textit
        hat bar tilde vec dot widehat widetilde overline underline overbrace underbrace underset overset stackrel
        left right big Big bigg Bigg bigl bigr Bigl Bigr lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil vert Vert
        quad qquad tag displaystyle textstyle limits nolimits begin end middle
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Also seen in both; align is not here, because KaTeX numbers its lines and MathJax does not.</summary>
    private static readonly HashSet<string> Environments = ["aligned", "gathered", "cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "array", "smallmatrix"];

    public static IEnumerable<string> Problems(Formula formula)
    {
        string text = formula.Text;
        if (string.IsNullOrWhiteSpace(text))
        {
            return ["the formula is empty"];
        }

        return Commands(text).Concat(Balance(text)).Concat(Texts(text)).Concat(Characters(formula));
    }

    private static IEnumerable<string> Commands(string text) => Command().Matches(text)
        .Select(match => match.Groups["name"].Value)
        .Where(name => char.IsAsciiLetter(name[0]) && !Known.Contains(name))
        .Select(name => name is "argmax" or "argmin" or "softmax" ? $"\\{name} is undefined in MathJax; write \\operatorname{{{name}}}" : $"\\{name} is not known to both KaTeX and MathJax");

    private static IEnumerable<string> Balance(string text)
    {
        string bare = EscapedBrace().Replace(text, "");
        int depth = 0;
        int lowest = bare.Min(c => depth += c == '{' ? 1 : c == '}' ? -1 : 0);
        if (depth != 0 || lowest < 0)
        {
            yield return "braces do not match";
        }

        if (LeftDelimiter().Count(text) != RightDelimiter().Count(text))
        {
            yield return "\\left and \\right do not match";
        }

        var open = new Stack<string>();
        foreach (Match match in Environment().Matches(text))
        {
            string name = match.Groups["name"].Value;
            if (!Environments.Contains(name))
            {
                yield return $"the environment {name} is not shown alike by KaTeX and MathJax";
            }

            if (match.Groups["kind"].Value == "begin")
            {
                open.Push(name);
            }
            else if (!open.TryPop(out string? opened) || opened != name)
            {
                yield return $"\\end{{{name}}} without \\begin{{{name}}}";
            }
        }

        foreach (string name in open)
        {
            yield return $"\\begin{{{name}}} without \\end{{{name}}}";
        }
    }

    private static IEnumerable<string> Texts(string text) => TextCommand().Matches(text)
        .Select(match => match.Groups["content"].Value)
        .Where(content => Mathematics().IsMatch(content))
        .Select(content => $"\\text{{{content}}} holds mathematics");

    private static IEnumerable<string> Characters(Formula formula)
    {
        string mathematics = TextCommand().Replace(formula.Text, "");
        if (mathematics.FirstOrDefault(c => !char.IsAscii(c)) is char foreign and not '\0')
        {
            yield return $"{foreign} is no TeX; write its command";
        }

        if (Tag().IsMatch(mathematics))
        {
            yield return "< before a letter can be taken for HTML; write \\lt";
        }

        if (formula.InTable && mathematics.Contains('|', StringComparison.Ordinal))
        {
            yield return "| ends the table's cell; write \\lvert and \\rvert, or \\mid";
        }
    }

    [GeneratedRegex(@"\\(?<name>[A-Za-z]+|.)")]
    private static partial Regex Command();

    [GeneratedRegex(@"\\[{}\\]")]
    private static partial Regex EscapedBrace();

    [GeneratedRegex(@"\\left(?![A-Za-z])")]
    private static partial Regex LeftDelimiter();

    [GeneratedRegex(@"\\right(?![A-Za-z])")]
    private static partial Regex RightDelimiter();

    [GeneratedRegex(@"\\(?<kind>begin|end)\{(?<name>[^}]*)\}")]
    private static partial Regex Environment();

    [GeneratedRegex(@"\\text(?:bf|it)?\{(?<content>(?:[^{}]|(?<open>\{)|(?<-open>\}))*)\}")]
    private static partial Regex TextCommand();

    [GeneratedRegex(@"[\\_^$&{]")]
    private static partial Regex Mathematics();

    [GeneratedRegex(@"<[A-Za-z/!]")]
    private static partial Regex Tag();
}
