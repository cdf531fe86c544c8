namespace Attention.Lab;

/// <summary>The answer in double precision, and how far from it a careful float computation may end up.</summary>
/// <param name="Values">The answer, row-major.</param>
/// <param name="Slack">Per number, the first-order bound on the error of plain float loops, in units of a float's rounding, 2⁻²⁴.</param>
/// <remarks>
/// A tolerance is derived, not picked: every operation of the plain computation rounds once, and the bound adds up how far those roundings
/// carry (Higham 2002, chapter 3). So it is tight where the problem is tame, grows only where float itself gives way (scores in the hundreds), and is
/// zero where an answer is exact: a hidden key's weight.
/// </remarks>
internal sealed record Exact(double[] Values, double[] Slack)
{
    private const double Rounding = 1.0 / (1 << 24);

    // Below the smallest normal float, vector units flush to zero; so may a cell.
    private const double Floor = 1.2e-38;

    /// <summary>Whether this number is right at this place, as far as float can tell.</summary>
    public bool Accepts(int index, double got)
    {
        double wanted = Values[index];
        if (Math.Abs(wanted) > float.MaxValue)
            return got == Math.CopySign(double.PositiveInfinity, wanted) || Math.Abs(got - wanted) <= Slack[index] * Rounding;
        return got == wanted || Math.Abs(got - wanted) <= (Slack[index] * Rounding) + (Floor * (1 + Math.Abs(wanted)));
    }

    /// <summary>How far off a number is, relative to the size of the answer where that exceeds one.</summary>
    public double Distance(int index, double got)
    {
        double wanted = Values[index];
        return got == wanted || Math.Abs(wanted) > float.MaxValue ? 0 : Math.Abs(got - wanted) / Math.Max(1, Math.Abs(wanted));
    }
}
