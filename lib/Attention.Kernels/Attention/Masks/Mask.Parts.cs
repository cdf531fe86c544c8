namespace Attention.Kernels;

public readonly partial struct Mask
{
    private bool IsCausal { get; init; }

    private Surroundings Near { get; init; }

    private Given<int> Ends { get; init; }

    private Given<int> Starts { get; init; }

    private Given<bool> Pattern { get; init; }

    private BlockLayout Grid { get; init; }

    private Given<float> Added { get; init; }

    private bool IsAddedPerHead { get; init; }

    private Given<float> Slopes { get; init; }

    private RelativeTable Relative { get; init; }

    /// <summary>The caller's memory, or none: memory of length zero is not the same.</summary>
    private readonly struct Given<T>(ReadOnlyMemory<T> data)
    {
        internal bool IsGiven { get; } = true;

        internal int Length => data.Length;

        internal ReadOnlySpan<T> Span => data.Span;
    }

    private readonly record struct Surroundings(bool IsGiven, int Before, int After, int Sinks);

    private readonly record struct BlockLayout(Given<bool> Layout, int Size);

    private readonly record struct RelativeTable(Given<float> Table, RelativeBuckets Buckets);
}
