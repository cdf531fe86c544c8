using System.Globalization;

namespace Attention.Lab;

/// <summary>Writes numbers the same way under every culture, and names what is not finite.</summary>
internal static class Numbers
{
    /// <summary>Whole numbers as they are, others with a fixed number of decimals; never "-0.00".</summary>
    public static string Fixed(double value, int decimals)
    {
        if (NameOfNonFinite(value) is { } name)
            return name;
        string text = value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.StartsWith('-') && text.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? text[1..] : text;
    }

    /// <summary>At most this many significant digits, in scientific notation where plain digits would be long.</summary>
    public static string Significant(double value, int digits)
    {
        if (NameOfNonFinite(value) is { } name)
            return name;
        double rounded = Round(value, digits);
        double size = Math.Abs(rounded);
        if (size == 0)
            return "0";
        return size is >= 1e-4 and < 1e7
            ? rounded.ToString("0.##########", CultureInfo.InvariantCulture)
            : rounded.ToString("0.#####e+00", CultureInfo.InvariantCulture);
    }

    /// <summary>A place along an axis: whole numbers as they are, others with five digits.</summary>
    public static double Place(double value) => value == Math.Floor(value) ? value : Round(value, 5);

    /// <summary>A round number beside an axis: 0.5, 200, 10⁷.</summary>
    public static string Tick(double value)
    {
        double power = value > 0 ? Math.Round(Math.Log10(value)) : 0;
        if (Math.Abs(power) >= 5 && Math.Abs((value / Math.Pow(10, power)) - 1) < 1e-9)
            return "10" + string.Concat(power.ToString("0", CultureInfo.InvariantCulture).Select(letter => letter == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter - '0']));
        return Typeset(Significant(value, 6));
    }

    /// <summary>Rounds to significant digits, so that what is drawn does not depend on the last bits of a sum.</summary>
    public static double Round(double value, int digits)
    {
        if (!double.IsFinite(value) || value == 0)
            return value == 0 ? 0 : value;
        string text = value.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>How many decimals show about three digits of the largest of these numbers.</summary>
    public static int Decimals(IEnumerable<double> values, int digits = 3)
    {
        double largest = 0;
        bool whole = true;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            largest = Math.Max(largest, Math.Abs(value));
            whole &= value == Math.Floor(value);
        }

        if (whole && largest < 1e6 || largest == 0)
            return 0;
        // A little less than the largest, so that weights have the same decimals whether or not one of them is exactly 1.
        int before = (int)Math.Floor(Math.Log10(largest * (1 - 1e-6))) + 1;
        return Math.Clamp(digits - Math.Max(before, 0) - Math.Min(before, 0), 0, 9);
    }

    /// <summary>The name of a number that is not finite, or null for one that is.</summary>
    public static string? NameOfNonFinite(double value) => value switch
    {
        double.PositiveInfinity => "∞",
        double.NegativeInfinity => "-∞",
        double.NaN => "NaN",
        _ => null,
    };

    /// <summary>The same number with a real minus sign, which screen readers speak and readers see.</summary>
    public static string Typeset(string number) => number.Replace('-', '−');
}
