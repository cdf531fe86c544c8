using System.Globalization;

namespace Attention.Kernels.Tests;

internal static class Refusal
{
    /// <summary>Writes minus as U+2212 and the decimal point as a comma, as Swedish does; made here, because not every machine has it.</summary>
    private static readonly CultureInfo Elsewhere = new("") { NumberFormat = { NegativeSign = "−", NumberDecimalSeparator = "," } };

    /// <summary>The call is refused with exactly this sentence, wherever it runs: a reader must be able to mend the mistake from it alone.</summary>
    public static void Says(string message, Action call)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = Elsewhere;
        try
        {
            Assert.Equal(message, Assert.Throws<ArgumentException>(call).Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
