using System.Globalization;

namespace Attention.Lab;

/// <summary>Turns numbers into colours that people with colour-blindness can tell apart, and that survive a grey printer.</summary>
/// <remarks>
/// Viridis (van der Walt and Smith 2015) where all numbers lie on one side of zero; a blue to red scale (after ColorBrewer's RdBu, Brewer 2003),
/// white at zero, where they lie on both.
/// </remarks>
internal sealed class ColourScale
{
    private static readonly int[] Viridis = [0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B, 0xFDE725];
    private static readonly int[] BlueToRed = [0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B];

    private readonly int[] _stops;

    private ColourScale(int[] stops, double lowest, double highest) => (_stops, Lowest, Highest) = (stops, lowest, highest);

    public double Lowest { get; }

    public double Highest { get; }

    /// <summary>The scale for these numbers; those that are not finite do not count.</summary>
    public static ColourScale For(IEnumerable<double> values)
    {
        double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            lowest = Math.Min(lowest, value);
            highest = Math.Max(highest, value);
        }

        if (lowest > highest)
            return new ColourScale(Viridis, 0, 1);
        double reach = Numbers.Round(Math.Max(-lowest, highest), 3);
        if (lowest < 0 && highest > 0)
            return new ColourScale(BlueToRed, -reach, reach);
        // From zero, so that equal numbers in two figures of one kind look alike and a flat map looks flat.
        return highest > 0 ? new ColourScale(Viridis, 0, reach) : lowest < 0 ? new ColourScale(Viridis, Numbers.Round(lowest, 3), 0) : new ColourScale(Viridis, 0, 1);
    }

    /// <summary>The colour of a finite number, as #rrggbb.</summary>
    public string Colour(double value) => Hex(At(value));

    /// <summary>The nearest of a few dozen colours, for maps of so many cells that their colours must be shared.</summary>
    public string Coarse(double value)
    {
        const int Levels = 48;
        double share = Math.Clamp((value - Lowest) / (Highest - Lowest), 0, 1);
        return Colour(Lowest + ((Highest - Lowest) * Math.Round(share * Levels) / Levels));
    }

    /// <summary>Black or white, whichever is easier to read on the colour of this number.</summary>
    public string Ink(double value)
    {
        (double r, double g, double b) = At(value);
        double luminance = (0.2126 * Linear(r)) + (0.7152 * Linear(g)) + (0.0722 * Linear(b));
        // WCAG 2.2 contrast against white and against black.
        return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
    }

    /// <summary>The stops as Plotly's colour scale: pairs of a position in 0..1 and a colour.</summary>
    public IEnumerable<(double Position, string Colour)> Stops() =>
        _stops.Select((colour, i) => (Numbers.Round((double)i / (_stops.Length - 1), 6), "#" + colour.ToString("x6", CultureInfo.InvariantCulture)));

    private (double R, double G, double B) At(double value)
    {
        double position = Math.Clamp((value - Lowest) / (Highest - Lowest), 0, 1) * (_stops.Length - 1);
        int left = Math.Min((int)position, _stops.Length - 2);
        double share = position - left;
        return (Channel(16), Channel(8), Channel(0));

        double Channel(int shift)
        {
            int from = (_stops[left] >> shift) & 255, to = (_stops[left + 1] >> shift) & 255;
            return from + ((to - from) * share);
        }
    }

    private static string Hex((double R, double G, double B) colour) =>
        string.Create(CultureInfo.InvariantCulture, $"#{(int)Math.Round(colour.R):x2}{(int)Math.Round(colour.G):x2}{(int)Math.Round(colour.B):x2}");

    private static double Linear(double channel)
    {
        double share = channel / 255;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
