namespace Attention.Kernels.Tests;

/// <summary>Seeded test data that is never constant; the seed belongs into every failure message.</summary>
internal sealed class Draw(int seed)
{
    private readonly Random random = new(seed);

    public int Seed { get; } = seed;

    public int Integer(int from, int through) => random.Next(from, through + 1);

    public bool Coin(double chance = 0.5) => random.NextDouble() < chance;

    public float Uniform(float from, float to) => from + ((to - from) * random.NextSingle());

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    public int[] Shuffled(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        random.Shuffle(order);
        return order;
    }

    /// <summary>Independent values of a bell curve around zero.</summary>
    public float[] Normal(int count, double deviation = 1)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    public float[] Uniform(int count, float from, float to)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Uniform(from, to);
        }

        return values;
    }

    /// <summary>Positive values that sum to one up to rounding, no two alike.</summary>
    public float[] Simplex(int count)
    {
        float[] values = Uniform(count, 0.01f, 1);
        double sum = values.Sum(value => (double)value);
        return Array.ConvertAll(values, value => (float)(value / sum));
    }

    public float[,] Matrix(int rows, int columns)
    {
        float[,] matrix = new float[rows, columns];
        Buffer.BlockCopy(Normal(rows * columns), 0, matrix, 0, rows * columns * sizeof(float));
        return matrix;
    }

    public bool[] Coins(int count, double chance = 0.5)
    {
        bool[] coins = new bool[count];
        for (int i = 0; i < count; i++)
        {
            coins[i] = Coin(chance);
        }

        return coins;
    }
}
