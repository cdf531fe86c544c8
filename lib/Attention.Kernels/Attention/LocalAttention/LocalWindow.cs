namespace Attention.Kernels;

/// <summary>Which keys around its centre a query attends to: all positions s with |s − p| ≤ R.</summary>
/// <param name="Radius">R: how far the window reaches to either side.</param>
/// <param name="Gaussian">Whether weights are multiplied by <c>e^(−(s − p)² / 2σ²)</c> with σ = R/2, so that they fall towards the edges.</param>
public readonly record struct LocalWindow(int Radius, bool Gaussian = false)
{
    /// <summary>1/σ².</summary>
    internal float Sharpness => Gaussian ? 4f / ((float)Radius * Radius) : 0;

    /// <summary>The most keys that a query can see.</summary>
    internal int MostKeys(int keys) => (int)Math.Min(keys, (2L * Radius) + 1);

    /// <summary>The first key in the window, and how many there are; none where the window lies outside of the sequence.</summary>
    /// <param name="centre">p; any number.</param>
    /// <param name="keys">M</param>
    internal (int First, int Count) Around(double centre, int keys)
    {
        double first = Math.Clamp(Math.Ceiling(centre - Radius), 0, keys), end = Math.Clamp(Math.Floor(centre + Radius) + 1, 0, keys);
        return end > first ? ((int)first, (int)(end - first)) : (0, 0);
    }

    internal void Check()
    {
        if (Gaussian)
        {
            Guard.Positive(nameof(Radius), Radius);
        }

        Guard.NotNegative(nameof(Radius), Radius);
    }
}
