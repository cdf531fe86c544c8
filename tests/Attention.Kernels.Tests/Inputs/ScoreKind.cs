namespace Attention.Kernels.Tests;

/// <summary>Families of scores that break a careless softmax.</summary>
public enum ScoreKind
{
    /// <summary>Around zero.</summary>
    Ordinary,

    /// <summary>Between −1000 and 1000: all but the largest weights vanish.</summary>
    Extreme,

    /// <summary>Between 90 and 100: e^x overflows unless the maximum is subtracted.</summary>
    Overflowing,

    /// <summary>Between −110 and −90: e^x vanishes unless the maximum is subtracted.</summary>
    Vanishing,

    /// <summary>Smaller than any normal number.</summary>
    Denormal,

    /// <summary>From 0 down to −104, so that weights go through the denormal range.</summary>
    Falling,

    /// <summary>Ordinary, with a third of the places hidden (−∞), and some rows hidden entirely.</summary>
    Hidden,
}

internal static class ScoreKinds
{
    public static readonly ScoreKind[] All = Enum.GetValues<ScoreKind>();

    public static float[] Scores(this Draw draw, ScoreKind kind, int rows, int columns) => kind switch
    {
        ScoreKind.Ordinary => draw.Normal(rows * columns, 2),
        ScoreKind.Extreme => draw.Uniform(rows * columns, -1e3f, 1e3f),
        ScoreKind.Overflowing => draw.Uniform(rows * columns, 90, 100),
        ScoreKind.Vanishing => draw.Uniform(rows * columns, -110, -90),
        ScoreKind.Denormal => Array.ConvertAll(draw.Uniform(rows * columns, -1, 1), value => value * 1e-39f),
        ScoreKind.Falling => draw.Uniform(rows * columns, -104, 0),
        ScoreKind.Hidden => Hidden(draw, rows, columns),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static float[] Hidden(Draw draw, int rows, int columns)
    {
        float[] scores = draw.Normal(rows * columns, 2);
        for (int row = 0; row < rows; row++)
        {
            bool whole = draw.Coin(0.2);
            for (int j = 0; j < columns; j++)
            {
                if (whole || draw.Coin(1 / 3.0))
                {
                    scores[(row * columns) + j] = float.NegativeInfinity;
                }
            }
        }

        return scores;
    }
}
