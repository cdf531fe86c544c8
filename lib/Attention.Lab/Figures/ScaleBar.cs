using System.Xml.Linq;

namespace Attention.Lab;

/// <summary>The bar beside a map that tells which colour is which number.</summary>
internal static class ScaleBar
{
    public const double Width = 14;
    private const int Steps = 32;

    /// <summary>The numbers beside the bar, from the highest to the lowest.</summary>
    public static IEnumerable<string> Names(ColourScale colours) =>
        new[] { colours.Highest, (colours.Highest + colours.Lowest) / 2, colours.Lowest }.Select(value => Numbers.Typeset(Numbers.Significant(value, 3)));

    public static IEnumerable<XElement> Draw(ColourScale colours, double left, double top, double height, string measure, string[] names)
    {
        XElement bar = Svg.Group(("aria-hidden", "true"));
        double step = height / Steps;
        for (int i = 0; i < Steps; i++)
        {
            double value = colours.Highest - ((colours.Highest - colours.Lowest) * (i + 0.5) / Steps);
            bar.Add(Svg.Rectangle(left, top + (i * step), Width, step + (i < Steps - 1 ? 0.4 : 0), colours.Colour(value)));
        }

        yield return bar;
        for (int i = 0; i < names.Length; i++)
            yield return Svg.Text(left + Width + 6, top + (height * i / (names.Length - 1)) + (i == 0 ? 10 : i == names.Length - 1 ? 0 : 4.5), names[i], size: 12);
        yield return Svg.Text(left, top + height + 16, measure, size: 12);
    }
}
