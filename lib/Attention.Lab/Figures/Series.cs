namespace Attention.Lab;

/// <summary>One named row of points in a figure of lines, bars or dots.</summary>
public sealed class Series
{
    /// <summary>Heights at the positions 0, 1, 2 …</summary>
    /// <param name="name">What these points are called in the legend.</param>
    /// <param name="y">One height per position.</param>
    public Series(string name, float[] y)
        : this(name, Widen(y))
    {
    }

    /// <inheritdoc cref="Series(string, float[])"/>
    public Series(string name, double[] y)
        : this(name, [.. Enumerable.Range(0, (y ?? throw new ArgumentNullException(nameof(y))).Length).Select(i => (double)i)], y)
    {
    }

    /// <inheritdoc cref="Series(string, double[], double[])"/>
    public Series(string name, float[] x, float[] y)
        : this(name, Widen(x), Widen(y))
    {
    }

    /// <summary>Points by their two coordinates.</summary>
    /// <param name="name">What these points are called in the legend.</param>
    /// <param name="x">Where each point lies along the horizontal axis.</param>
    /// <param name="y">How high each point lies; NaN leaves a gap.</param>
    /// <exception cref="ArgumentException">The name is empty, or there are not as many x as y.</exception>
    public Series(string name, double[] x, double[] y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Length != y.Length)
            throw new ArgumentException($"y: expected {x.Length} {Words.Plural(x.Length, "number")}, one per x, got {y.Length}", nameof(y));
        Name = Required.Text(name, nameof(name), "the legend and the hover text show it");
        X = [.. x];
        Y = [.. y];
    }

    /// <summary>What these points are called in the legend.</summary>
    public string Name { get; }

    /// <summary>Where each point lies along the horizontal axis.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>How high each point lies.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Whether a point can be drawn: both of its numbers are finite.</summary>
    internal bool IsDrawn(int point) => double.IsFinite(X[point]) && double.IsFinite(Y[point]);

    private static double[] Widen(float[] numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        return Array.ConvertAll(numbers, number => (double)number);
    }
}
