namespace Attention.Kernels.Tests;

/// <summary>The normal distribution, in double precision, by other ways than the library's.</summary>
internal static class NormalOracle
{
    /// <summary>Φ(−a) for a ≥ 0: Craig's integral of e^(−a² / 2 sin²θ) over a quarter turn, whose trapezoids converge faster than any power; near 0 the series of erf.</summary>
    public static double Tail(double a)
    {
        if (double.IsNaN(a) || double.IsInfinity(a))
        {
            return double.IsNaN(a) ? a : 0;
        }

        if (a < 1)
        {
            double sum = 0, power = a;
            for (int n = 0; n < 30; n++)
            {
                sum += power / ((2 * n) + 1);
                power *= -a * a / (2 * (n + 1));
            }

            return 0.5 - (sum / Math.Sqrt(2 * Math.PI));
        }

        const int Steps = 60;
        double area = 0.5;
        for (int i = 1; i < Steps; i++)
        {
            double cotangent = 1 / Math.Tan(Math.PI / 2 * i / Steps);
            area += Math.Exp(-0.5 * a * a * cotangent * cotangent);
        }

        return Math.Exp(-0.5 * a * a) * area / (2 * Steps);
    }

    public static double Cumulative(double x) => x < 0 ? Tail(-x) : 1 - Tail(x);

    public static double Density(double x) => Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
}
