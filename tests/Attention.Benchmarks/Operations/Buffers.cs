using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>The memory of one operation's measurement, and how the operation is to run.</summary>
internal sealed class Buffers(int threads) : IDisposable
{
    /// <summary>A prime, so that no two rows of the usual widths are alike.</summary>
    private const int DrawnCount = 65_521;

    private static readonly FloatBuffer Drawn = FloatBuffer.Normal(DrawnCount, 0, 1);

    private readonly List<FloatBuffer> _inputs = [];
    private readonly List<FloatBuffer> _results = [];

    internal KernelOptions Options { get; } = new() { MaxThreads = threads };

    internal AttentionOptions AttentionOptions { get; } = new() { MaxThreads = threads };

    /// <summary>Numbers with mean 0 and deviation 1, drawn once and repeated from another place on for each buffer.</summary>
    internal FloatBuffer Normal(int count)
    {
        var buffer = new FloatBuffer(count, 0);
        _inputs.Add(buffer);
        int start = 7919 * _inputs.Count % DrawnCount;
        for (int i = 0; i < count;)
        {
            int length = Math.Min(count - i, DrawnCount - start);
            Drawn.Span.Slice(start, length).CopyTo(buffer.Span[i..]);
            (i, start) = (i + length, 0);
        }

        return buffer;
    }

    /// <summary>Numbers that a product with so many terms leaves as large as they were.</summary>
    internal FloatBuffer Weight(int count, int terms)
    {
        FloatBuffer weight = Normal(count);
        foreach (ref float x in weight.Span)
        {
            x /= MathF.Sqrt(terms);
        }

        return weight;
    }

    /// <summary>Tokens, classes or whatever is counted from zero on.</summary>
    internal static int[] Indices(int count, int below)
    {
        var random = new Random(1);
        var indices = new int[count];
        foreach (ref int index in indices.AsSpan())
        {
            index = random.Next(below);
        }

        return indices;
    }

    /// <summary>Zeros, to be written to.</summary>
    internal FloatBuffer Result(int count)
    {
        var buffer = new FloatBuffer(count, 0);
        _results.Add(buffer);
        return buffer;
    }

    /// <summary>Refuses to time a call that wrote nothing, or no numbers: what it should have written is the tests' concern.</summary>
    internal void CheckResults(string name)
    {
        for (int i = 0; i < _results.Count; i++)
        {
            ReadOnlySpan<float> result = _results[i].Span;
            int wrong = result.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (wrong >= 0 || !result.ContainsAnyExcept(0f))
            {
                throw new WrongResultException($"{name}: result {i} {(wrong < 0 ? "is all zeros" : $"holds {result[wrong]} at {wrong}")}; nothing was timed.");
            }
        }
    }

    public void Dispose()
    {
        foreach (FloatBuffer buffer in _inputs.Concat(_results))
        {
            buffer.Dispose();
        }
    }
}
