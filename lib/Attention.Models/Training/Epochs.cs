using static System.FormattableString;

namespace Attention.Models;

/// <summary>Which examples each step looks at: all of them once per epoch, in an order that the seed and the epoch decide.</summary>
/// <remarks>A pure function of the step: a run that is resumed at step s sees what it would have seen.</remarks>
public sealed class Epochs
{
    private readonly ulong _seed;
    private int[] _order = [];
    private long _shuffled = -1;

    /// <summary>Batches of so many examples.</summary>
    /// <param name="count">How many examples there are.</param>
    /// <param name="batchSize">How many a step looks at; the last batch of an epoch may be smaller.</param>
    /// <param name="seed">Of the orders.</param>
    /// <exception cref="ArgumentException">A size is less than 1.</exception>
    public Epochs(int count, int batchSize, ulong seed = 0)
    {
        Count = count >= 1 ? count : throw new ArgumentException(Invariant($"{nameof(count)}: expected at least 1, got {count}"), nameof(count));
        BatchSize = batchSize >= 1 ? batchSize : throw new ArgumentException(Invariant($"{nameof(batchSize)}: expected at least 1, got {batchSize}"), nameof(batchSize));
        _seed = seed;
    }

    /// <summary>How many examples there are.</summary>
    public int Count { get; }

    /// <summary>How many a step looks at.</summary>
    public int BatchSize { get; }

    /// <summary>How many steps go over all examples once.</summary>
    public int StepsPerEpoch => ((Count - 1) / BatchSize) + 1;

    /// <summary>The examples of a step.</summary>
    /// <param name="step">From 1.</param>
    /// <returns>Indices from 0 to Count − 1; valid until the next call.</returns>
    /// <exception cref="ArgumentException">The step is less than 1.</exception>
    public ReadOnlySpan<int> At(long step)
    {
        if (step < 1)
        {
            throw new ArgumentException(Invariant($"{nameof(step)}: expected at least 1, got {step}"), nameof(step));
        }

        (long epoch, long batch) = Math.DivRem(step - 1, StepsPerEpoch);
        if (epoch != _shuffled)
        {
            _order = [.. Enumerable.Range(0, Count)];
            new RandomSource(_seed) { Position = (ulong)epoch }.Split().Shuffle<int>(_order);
            _shuffled = epoch;
        }

        int start = (int)batch * BatchSize;
        return _order.AsSpan(start, Math.Min(BatchSize, Count - start));
    }
}
