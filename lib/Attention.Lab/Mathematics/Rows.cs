namespace Attention.Lab;

/// <summary>Random matrices for cells; the same seed gives the same numbers on every machine and in every version of .NET.</summary>
public static class Rows
{
    /// <summary>Numbers around 0 with variance 1, as a freshly drawn embedding has them.</summary>
    /// <param name="seed">Any number; another seed gives other rows.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many numbers in a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    public static float[,] Normal(int seed, int rows, int columns) => Fill(rows, columns, new Dice(seed).Normal);

    /// <summary>Numbers spread evenly from a lowest to below a highest.</summary>
    /// <param name="seed">Any number; another seed gives other rows.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many numbers in a row.</param>
    /// <param name="lowest">The smallest number that can come up.</param>
    /// <param name="highest">The number that all stay below.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or the highest is not above the lowest.</exception>
    public static float[,] Uniform(int seed, int rows, int columns, float lowest = 0, float highest = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(highest, lowest);
        var dice = new Dice(seed);
        return Fill(rows, columns, () => lowest + ((highest - lowest) * dice.Uniform()));
    }

    private static float[,] Fill(int rows, int columns, Func<float> next)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        var matrix = new float[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                matrix[row, column] = next();
        }

        return matrix;
    }
}
