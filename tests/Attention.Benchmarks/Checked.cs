namespace Attention.Benchmarks;

/// <summary>Check, then time.</summary>
internal static class Checked
{
    /// <summary>Refuses to time a kernel that is not close to its naive form.</summary>
    internal static void Agree(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // Written so that NaN fails.
            if (!(MathF.Abs(actual[i] - expected[i]) <= 1e-5f * MathF.Max(1, MathF.Abs(expected[i]))))
            {
                throw new WrongResultException($"{name}: element {i} is {actual[i]:R}, and by the naive form {expected[i]:R}; nothing was timed.");
            }
        }
    }

    /// <summary>How many floats, where one buffer can hold them.</summary>
    internal static int Product(params ReadOnlySpan<int> sizes)
    {
        Int128 product = 1;
        foreach (int size in sizes)
        {
            product *= size;
        }

        return product <= Array.MaxLength ? (int)product : throw new ArgumentException($"--shape: {product} floats are more than one buffer can hold.");
    }
}
