using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Dropout on attention weights, for training: each weight is set to 0 with the probability <paramref name="Rate"/>, and what is kept grows by 1 / (1 − Rate). The default drops nothing.</summary>
/// <param name="Rate">From 0, which drops nothing, to below 1.</param>
/// <param name="Seed">Which weights are dropped: a function of the seed and of sequence, head, query and key alone, so that a backward pass drops the same. Take another for every step and layer.</param>
/// <remarks>
/// Srivastava et al. 2014, applied to the weights as Vaswani et al. 2017, § 5.4, have it in their code. The weights are dropped after the softmax: logSumExp does not change, and a row of
/// weights sums to one on the average over seeds only. A dropped weight is a zero like any other: times a NaN value it is NaN.
/// </remarks>
public readonly record struct WeightDropout(float Rate, ulong Seed)
{
    /// <summary>Whether anything is dropped.</summary>
    internal bool IsActive => Rate > 0;

    private float Growth => 1 / (1 - Rate);

    /// <summary>Which number of the seed's sequence decides about a weight.</summary>
    internal static ulong IndexOf(AttentionShape shape, int batch, int head, int query, int key) =>
        ((((((ulong)batch * (ulong)shape.Heads) + (ulong)head) * (ulong)shape.Queries) + (ulong)query) * (ulong)shape.Keys) + (ulong)key;

    /// <summary>What a weight is multiplied by: 0, or 1 / (1 − Rate).</summary>
    internal float FactorOf(ulong index) => CounterRandom.Uniform(Seed, index) < Rate ? 0 : Growth;

    /// <summary>Drops weights of a panel whose columns are neighbouring queries and whose rows are neighbouring keys.</summary>
    /// <param name="index">Of the first weight.</param>
    /// <param name="keysPerQuery">M: from one query's index to the next.</param>
    /// <param name="weights">[rows, stride]; multiplied in place.</param>
    /// <param name="rows">How many keys.</param>
    /// <param name="columns">How many queries; a multiple of a register.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="scratch">[2, columns]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal unsafe void DropAcrossQueries<TLanes>(ulong index, int keysPerQuery, float* weights, int rows, int columns, nint stride, float* scratch)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* low = scratch;
        float* high = scratch + columns;
        CounterRandom.Split(index, (ulong)keysPerQuery, low, high, columns);
        TLanes rate = TLanes.Broadcast(Rate), growth = TLanes.Broadcast(Growth), zero = TLanes.Broadcast(0);
        for (int row = 0; row < rows; row++, weights += stride)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes uniform = CounterRandom.Uniform(Seed, TLanes.Load(low + column), TLanes.Load(high + column), (uint)row);
                TLanes.Store(weights + column, TLanes.Load(weights + column) * TLanes.WhereLess(uniform, rate, zero, growth));
            }
        }
    }

    /// <summary>Drops weights of a panel whose columns are neighbouring keys and whose rows are neighbouring queries.</summary>
    /// <param name="index">Of the first weight.</param>
    /// <param name="keysPerQuery">M: from one query's index to the next.</param>
    /// <param name="weights">[rows, stride]; multiplied in place.</param>
    /// <param name="rows">How many queries.</param>
    /// <param name="columns">How many keys; a multiple of a register.</param>
    /// <param name="stride">From one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal unsafe void DropAlongKeys<TLanes>(ulong index, int keysPerQuery, float* weights, int rows, int columns, nint stride)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes rate = TLanes.Broadcast(Rate), growth = TLanes.Broadcast(Growth), zero = TLanes.Broadcast(0);
        for (int row = 0; row < rows; row++, weights += stride, index += (ulong)keysPerQuery)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes uniform = CounterRandom.Uniform<TLanes>(Seed, index + (ulong)column);
                TLanes.Store(weights + column, TLanes.Load(weights + column) * TLanes.WhereLess(uniform, rate, zero, growth));
            }
        }
    }
}
