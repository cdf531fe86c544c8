namespace Attention.Lab;

/// <summary>Maps the numbers of one axis to pixels, and chooses round numbers to write beside it.</summary>
internal sealed class Scale
{
    private readonly bool _logarithmic;
    private readonly double _from, _to;
    private readonly double _start, _end;

    /// <param name="lowest">The smallest number to show.</param>
    /// <param name="highest">The largest number to show.</param>
    /// <param name="logarithmic">Whether equal steps are equal factors.</param>
    /// <param name="start">The pixel of the low end.</param>
    /// <param name="end">The pixel of the high end.</param>
    /// <param name="wanted">About how many ticks.</param>
    /// <param name="round">Whether the axis ends at ticks, rather than at the numbers.</param>
    public Scale(double lowest, double highest, bool logarithmic, double start, double end, int wanted, bool round)
    {
        (_logarithmic, _start, _end) = (logarithmic, start, end);
        if (!(lowest <= highest))
            (lowest, highest) = logarithmic ? (1, 10) : (0, 1);
        Ticks = logarithmic ? Factors(ref lowest, ref highest, round) : Steps(ref lowest, ref highest, wanted, round);
        (_from, _to) = (Along(lowest), Along(highest));
    }

    /// <summary>The round numbers within the axis.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Where a number lies.</summary>
    public double Pixel(double value) => _start + ((_end - _start) * (Along(value) - _from) / (_to - _from));

    private double Along(double value) => _logarithmic ? Math.Log10(value) : value;

    private static List<double> Steps(ref double lowest, ref double highest, int wanted, bool round)
    {
        if (highest - lowest <= Math.Max(Math.Abs(lowest), Math.Abs(highest)) * 1e-9)
        {
            double around = lowest == 0 ? 1 : Math.Abs(lowest) / 2;
            (lowest, highest) = (lowest - around, highest + around);
        }

        double rough = (highest - lowest) / wanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1.001 => 1, <= 2.001 => 2, <= 5.001 => 5, _ => 10 });
        double first = Math.Floor((lowest / step) + 1e-9), last = Math.Ceiling((highest / step) - 1e-9);
        if (round)
            (lowest, highest) = (first * step, last * step);
        var ticks = new List<double>();
        for (double i = first; i <= last; i++)
        {
            double tick = Numbers.Round(i * step, 12);
            if (tick >= lowest - (step * 1e-9) && tick <= highest + (step * 1e-9))
                ticks.Add(tick);
        }

        return ticks;
    }

    private static List<double> Factors(ref double lowest, ref double highest, bool round)
    {
        double first = Math.Floor(Math.Log10(lowest) + 1e-9), last = Math.Ceiling(Math.Log10(highest) - 1e-9);
        if (first == last)
            last++;
        if (round || lowest == highest)
            (lowest, highest) = (Math.Pow(10, first), Math.Pow(10, last));
        double step = Math.Max(1, Math.Ceiling((last - first) / 6));
        var ticks = new List<double>();
        for (double i = first; i <= last; i += step)
        {
            foreach (double factor in last - first <= 1 ? [1, 2, 5] : new double[] { 1 })
            {
                double tick = Numbers.Round(factor * Math.Pow(10, i), 12);
                if (tick >= lowest * (1 - 1e-9) && tick <= highest * (1 + 1e-9))
                    ticks.Add(tick);
            }
        }

        return ticks;
    }
}
