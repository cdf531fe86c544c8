using System.Globalization;
using System.Text.RegularExpressions;
using Attention.Course.Book;

namespace Attention.Course.Tests.Book;

public partial class StyleTests
{
    /// <summary>Every text colour of the style sheet against every ground that it stands on, in both themes: WCAG 2.2, level AA.</summary>
    [Theory]
    [InlineData("--paper", "--ink", "--quiet", "--link", "--wrong")]
    [InlineData("--raised", "--ink", "--quiet", "--link")]
    [InlineData("--right-paper", "--ink")]
    [InlineData("--wrong-paper", "--ink", "--wrong", "--link")]
    [InlineData("--code-paper", "--code-ink", "--code-keyword", "--code-string", "--code-number", "--code-comment", "--code-type", "--code-function", "--code-directive", "--quiet")]
    public void Colours_OnTheirGround_AreReadable(string ground, params string[] texts)
    {
        Dictionary<string, double[]> colours = Colour().Matches(Style()).ToDictionary(m => m.Groups[1].Value, m => new[] { Luminance(m.Groups[2].Value), Luminance(m.Groups[3].Value) });
        foreach (string text in texts)
        {
            for (int theme = 0; theme < 2; theme++)
            {
                double a = colours[ground][theme], b = colours[text][theme];
                double contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
                Assert.True(contrast >= 4.5, $"{text} on {ground} in the {(theme == 0 ? "light" : "dark")} theme: contrast {contrast:F2}, expected at least 4.5");
            }
        }
    }

    [Fact]
    public void Assets_OfTheBook_AreCompleteAndFetchNothing()
    {
        string[] names = [.. BookAssets.Names];
        Assert.Contains("katex/katex.min.js", names);
        Assert.Contains("plotly/plotly-cartesian.min.js", names);
        foreach (string folder in new[] { "katex", "plotly", "fonts" })
        {
            Assert.Contains(names, name => name.StartsWith($"{folder}/LICENSE", StringComparison.Ordinal));
        }

        foreach (string sheet in names.Where(name => name.EndsWith(".css", StringComparison.Ordinal)))
        {
            foreach (string address in Url().Matches(Read(sheet)).Select(m => m.Groups[1].Value).Where(url => url.EndsWith("woff2", StringComparison.Ordinal)))
            {
                Assert.Contains(Path.GetRelativePath("/", Path.GetFullPath(address, "/" + Path.GetDirectoryName(sheet))).Replace('\\', '/'), names);
            }

            Assert.DoesNotContain("http", Read(sheet), StringComparison.Ordinal);
        }
    }

    private static string Style() => Read("book/book.css");

    private static string Read(string name)
    {
        using var reader = new StreamReader(BookAssets.Open(name));
        return reader.ReadToEnd();
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            double share = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    [GeneratedRegex(@"(--[a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)")]
    private static partial Regex Colour();

    [GeneratedRegex(@"url\(([^)]+)\)")]
    private static partial Regex Url();
}
