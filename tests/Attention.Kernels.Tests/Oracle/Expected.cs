namespace Attention.Kernels.Tests;

/// <summary>What a buffer should hold, in double precision, and how large the terms were that it was summed from.</summary>
/// <param name="Values">The oracle's answer.</param>
/// <param name="Magnitudes">Per element: the sum of the absolute terms. Rounding is measured in ulps of this, for a sum that cancels cannot be exact.</param>
internal sealed record Expected(double[] Values, double[] Magnitudes)
{
    /// <summary>For results that do not cancel: rounding is measured in ulps of the value itself.</summary>
    public Expected(double[] values)
        : this(values, Array.ConvertAll(values, Math.Abs))
    {
    }
}
