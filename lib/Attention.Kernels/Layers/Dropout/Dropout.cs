using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Sets a random share of the elements to zero, for training, and lets the others grow so that the mean stays.</summary>
/// <remarks>
/// <c>yᵢ = xᵢ / (1 − rate)</c> where element i of the seed's sequence is kept, and 0 elsewhere: Srivastava et al. 2014, § 4, with the growth in training rather than at test time. Which
/// elements are dropped is a function of seed and place alone: nothing is stored, and the backward pass is the same call. A dropped NaN or ±∞ becomes NaN, as a product with 0 does.
/// </remarks>
public static class Dropout
{
    private const double CostPerElement = 24; // multiply–adds that take as long

    /// <summary>Drops elements.</summary>
    /// <param name="rate">The probability that an element is dropped, from 0 to below 1.</param>
    /// <param name="seed">Which elements: take another for every step and layer.</param>
    /// <param name="x">[n]</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, the spans overlap without being the same, or the rate is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static unsafe void Forward(float rate, ulong seed, ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default)
    {
        Check(rate, x, nameof(x), y, nameof(y), options);
        fixed (float* input = x, output = y)
        {
            Tiled.Run(new Tiles(x.Length, rate, seed, input, output), options.ThreadsFor(CostPerElement * x.Length), options);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: it is dropped where the element was, and grows where it grew.</summary>
    /// <param name="rate">What Forward was given.</param>
    /// <param name="seed">What Forward was given.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be <paramref name="yGradient"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, the spans overlap without being the same, or the rate is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(float rate, ulong seed, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        Check(rate, yGradient, nameof(yGradient), xGradient, nameof(xGradient), options);
        fixed (float* dy = yGradient, dx = xGradient)
        {
            Tiled.Run(new Tiles(yGradient.Length, rate, seed, dy, dx), options.ThreadsFor(CostPerElement * yGradient.Length), options);
        }
    }

    /// <summary>Drops elements, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(float rate, ulong seed, ReadOnlySpan<float> x, Span<float> y)
    {
        Check(rate, x, nameof(x), y, nameof(y));
        Drop(rate, seed, x, y);
    }

    /// <summary>The gradient, one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(float rate, ulong seed, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Check(rate, yGradient, nameof(yGradient), xGradient, nameof(xGradient));
        Drop(rate, seed, yGradient, xGradient);
    }

    /// <summary>A new array in which elements are dropped.</summary>
    /// <param name="rate">The probability that an element is dropped, from 0 to below 1.</param>
    /// <param name="seed">Which elements.</param>
    /// <param name="x">[n]</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The rate is out of range.</exception>
    public static float[] Of(float rate, ulong seed, float[] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(rate, seed, x, y);
        return y;
    }

    private static void Drop(float rate, ulong seed, ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = x[i] * (CounterRandom.Uniform(seed, (ulong)i) < rate ? 0 : 1 / (1 - rate));
        }
    }

    private static void Check(float rate, ReadOnlySpan<float> x, string xName, ReadOnlySpan<float> y, string yName, KernelOptions options = default)
    {
        options.Check();
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"{nameof(rate)}: expected at least 0 and less than 1, got {rate:R}"));
        }

        Guard.Length(yName, y.Length, x.Length);
        Guard.SameOrApart(yName, y, xName, x);
    }

    private readonly unsafe struct Tiles(int length, float rate, ulong seed, float* x, float* y) : ITiles
    {
        public long Count => ElementBlock.CountOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(length, tile);
            DropSimd<TLanes>((int)block.Count, rate, seed, (ulong)block.First, x + block.First, y + block.First);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void DropSimd<TLanes>(int count, float rate, ulong seed, ulong first, float* x, float* y)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes rates = TLanes.Broadcast(rate), growth = TLanes.Broadcast(1 / (1 - rate)), zero = TLanes.Broadcast(0);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes uniform = CounterRandom.Uniform<TLanes>(seed, first + (ulong)i);
            TLanes.Store(y + i, TLanes.Load(x + i) * TLanes.WhereLess(uniform, rates, zero, growth));
        }

        for (; i < count; i++)
        {
            y[i] = x[i] * (CounterRandom.Uniform(seed, first + (ulong)i) < rate ? 0 : 1 / (1 - rate));
        }
    }
}
