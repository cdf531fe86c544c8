using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Keeps scores between −cap and cap without a corner: nearly themselves around 0, and never beyond the cap. Gemma 2 does so before its softmax.</summary>
/// <remarks><c>yᵢ = cap · tanh(xᵢ / cap)</c> (Gemma Team 2024, § 2). ±∞ give ±cap, and NaN stays NaN. A score that a mask hides must be hidden after the cap, not before.</remarks>
public static partial class SoftCap
{
    private const double CostPerElement = 20; // multiply–adds that take as long

    /// <summary>yᵢ = cap · tanh(xᵢ / cap).</summary>
    /// <param name="x">[n]</param>
    /// <param name="cap">Where the results end, from 1e-37 to 1e37.</param>
    /// <param name="y">[n]; overwritten. May be <paramref name="x"/> itself; must not overlap it otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, the spans overlap without being the same, or the cap is no positive number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static unsafe void Forward(ReadOnlySpan<float> x, float cap, Span<float> y, KernelOptions options = default)
    {
        Check(x, cap, y, options);
        fixed (float* source = x, destination = y)
        {
            Tiled.Run(new ForwardTiles(x.Length, source, cap, destination), options.ThreadsFor(CostPerElement * x.Length), options);
        }
    }

    /// <summary>yᵢ = cap · tanh(xᵢ / cap), one call of the runtime's tanh at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> x, float cap, Span<float> y)
    {
        Check(x, cap, y);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = cap * MathF.Tanh(x[i] / cap);
        }
    }

    /// <summary>A new array with yᵢ = cap · tanh(xᵢ / cap).</summary>
    /// <param name="x">[n]</param>
    /// <param name="cap">Where the results end.</param>
    public static float[] Of(float[] x, float cap)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Length];
        Forward(x, cap, y);
        return y;
    }

    private static void Check(ReadOnlySpan<float> x, float cap, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        SoftmaxOptions.CheckTemperature(nameof(cap), cap);
        Guard.Length(nameof(y), y.Length, x.Length);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
    }

    private readonly unsafe struct ForwardTiles(long count, float* x, float cap, float* y) : ITiles
    {
        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            ForwardSimd<TLanes>(x + block.First, cap, y + block.First, block.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ForwardSimd<TLanes>(float* x, float cap, float* y, long count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes limit = TLanes.Broadcast(cap);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(y + i, limit * Elementary.Tanh(TLanes.Load(x + i) / limit));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            Partial.Store(y + i, rest, limit * Elementary.Tanh(Partial.Load<TLanes>(x + i, rest, 0) / limit));
        }
    }
}
