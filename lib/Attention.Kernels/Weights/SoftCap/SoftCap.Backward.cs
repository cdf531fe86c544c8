using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class SoftCap
{
    /// <summary>The gradient of <see cref="Forward"/>: <c>dxᵢ = dyᵢ (1 − (yᵢ / cap)²)</c>.</summary>
    /// <param name="y">[n]; what Forward wrote.</param>
    /// <param name="cap">As Forward had it.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="xGradient">[n]; dL/dx, overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, the result overlaps an input without being the same, or the cap is no positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static unsafe void Backward(ReadOnlySpan<float> y, float cap, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        CheckBackward(y, cap, yGradient, xGradient, options);
        fixed (float* result = y, slope = yGradient, destination = xGradient)
        {
            Tiled.Run(new BackwardTiles(y.Length, result, cap, slope, destination), options.ThreadsFor(CostPerElement * y.Length), options);
        }
    }

    /// <summary>dxᵢ = dyᵢ (1 − (yᵢ / cap)²), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<float> y, float cap, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        CheckBackward(y, cap, yGradient, xGradient);
        for (int i = 0; i < y.Length; i++)
        {
            float tanh = y[i] / cap;
            xGradient[i] = yGradient[i] * (1 - (tanh * tanh));
        }
    }

    private static void CheckBackward(ReadOnlySpan<float> y, float cap, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> xGradient, KernelOptions options = default)
    {
        options.Check();
        SoftmaxOptions.CheckTemperature(nameof(cap), cap);
        Guard.Length(nameof(yGradient), yGradient.Length, y.Length);
        Guard.Length(nameof(xGradient), xGradient.Length, y.Length);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(y), y);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
    }

    private readonly unsafe struct BackwardTiles(long count, float* y, float cap, float* yGradient, float* xGradient) : ITiles
    {
        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            BackwardSimd<TLanes>(y + block.First, cap, yGradient + block.First, xGradient + block.First, block.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardSimd<TLanes>(float* y, float cap, float* yGradient, float* xGradient, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes limit = TLanes.Broadcast(cap), one = TLanes.Broadcast(1);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes tanh = TLanes.Load(y + i) / limit;
            TLanes.Store(xGradient + i, TLanes.Load(yGradient + i) * (one - (tanh * tanh)));
        }

        for (; i < count; i++)
        {
            float tanh = y[i] / cap;
            xGradient[i] = yGradient[i] * (1 - (tanh * tanh));
        }
    }
}
