using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attention.Kernels;

/// <summary>Keeps gradients from growing too large: all of them together by their norm, or each element by its value.</summary>
/// <remarks>
/// <c>g = g · min(1, limit / ‖g‖)</c>, where the norm is taken over all buffers together: Pascanu, Mikolov and Bengio 2013, algorithm 1. Squares are added in double precision, so
/// that nothing overflows or is lost, in blocks that the lengths alone decide: the same bits on any number of threads.
/// </remarks>
public static partial class GradientClip
{
    private const double CostPerElement = 8; // multiply–adds that take as long: one float is read
    private const int BlockLength = 1 << 14;

    /// <summary>Σ g² of one buffer. The root of the sum over all buffers is the global norm, of which <see cref="Scale"/> makes a factor.</summary>
    /// <param name="gradient">[n]</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public static unsafe double SquaredNorm(ReadOnlySpan<float> gradient, KernelOptions options = default)
    {
        options.Check();
        int blocks = (int)BlocksOf(gradient.Length);
        Scratch scratch = Scratch.Rent(2L * blocks);
        try
        {
            var sums = (double*)scratch.Start;
            fixed (float* g = gradient)
            {
                Tiled.Run(new NormTiles(gradient.Length, g, sums), options.ThreadsFor(CostPerElement * gradient.Length), options);
            }

            double sum = 0;
            for (int i = 0; i < blocks; i++)
            {
                sum += sums[i];
            }

            return sum;
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>What gradients of this norm are to be multiplied with: limit / norm where the norm is above the limit, and 1 elsewhere.</summary>
    /// <param name="norm">The global norm. NaN gives NaN; +∞ gives 0, which makes NaN of the infinite elements.</param>
    /// <param name="limit">What the norm may be at most.</param>
    /// <exception cref="ArgumentException">The limit is negative or no number.</exception>
    public static float Scale(double norm, float limit)
    {
        Guard.NotNegative(nameof(limit), limit);
        return norm <= limit ? 1 : (float)(limit / norm);
    }

    /// <summary>Multiplies every element.</summary>
    /// <param name="gradient">[n]; scaled in place.</param>
    /// <param name="scale">What <see cref="Scale"/> gave; 1 leaves the buffer untouched.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; only some of the elements have been scaled.</exception>
    public static unsafe void Apply(Span<float> gradient, float scale, KernelOptions options = default)
    {
        options.Check();
        if (scale != 1)
        {
            fixed (float* g = gradient)
            {
                Tiled.Run(new ScaleTiles(gradient.Length, g, scale), options.ThreadsFor(2 * CostPerElement * gradient.Length), options);
            }
        }
    }

    /// <summary>Scales the gradients of a whole model so that their norm, over all buffers together, is at most the limit.</summary>
    /// <param name="gradients">[buffers][n]; scaled in place.</param>
    /// <param name="limit">What the norm may be at most.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentException">The limit is negative or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; only some of the elements have been scaled.</exception>
    public static double ByNorm(ReadOnlySpan<Memory<float>> gradients, float limit, KernelOptions options = default)
    {
        Guard.NotNegative(nameof(limit), limit);
        double squares = 0;
        foreach (Memory<float> gradient in gradients)
        {
            squares += SquaredNorm(gradient.Span, options);
        }

        double norm = Math.Sqrt(squares);
        float scale = Scale(norm, limit);
        foreach (Memory<float> gradient in gradients)
        {
            Apply(gradient.Span, scale, options);
        }

        return norm;
    }

    /// <summary>Moves every element into −limit to limit. NaN stays NaN.</summary>
    /// <param name="gradient">[n]; clipped in place.</param>
    /// <param name="limit">What an element may be at most.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The limit is negative or no number.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; only some of the elements have been clipped.</exception>
    public static unsafe void ByValue(Span<float> gradient, float limit, KernelOptions options = default)
    {
        options.Check();
        Guard.NotNegative(nameof(limit), limit);
        fixed (float* g = gradient)
        {
            Tiled.Run(new ValueTiles(gradient.Length, g, limit), options.ThreadsFor(2 * CostPerElement * gradient.Length), options);
        }
    }

    private static long BlocksOf(int length) => ((long)length + BlockLength - 1) / BlockLength;

    private readonly unsafe struct NormTiles(int length, float* gradient, double* sums) : ITiles
    {
        public long Count => BlocksOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes> => sums[tile] = Squares(gradient + (tile * BlockLength), (int)Math.Min(BlockLength, length - (tile * BlockLength)));
    }

    /// <summary>In double precision the square of a float is exact. Sixteen sums, so that none need wait for the one before: as many on every machine, for the same bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe double Squares(float* gradient, int count)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            (Vector256<double> g0, Vector256<double> g1) = Vector256.Widen(Vector256.Load(gradient + i));
            (Vector256<double> g2, Vector256<double> g3) = Vector256.Widen(Vector256.Load(gradient + i + 8));
            sum0 += g0 * g0;
            sum1 += g1 * g1;
            sum2 += g2 * g2;
            sum3 += g3 * g3;
        }

        Vector256<double> sums = sum0 + sum1 + (sum2 + sum3);
        double sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        for (; i < count; i++)
        {
            sum += (double)gradient[i] * gradient[i];
        }

        return sum;
    }

    private readonly unsafe struct ScaleTiles(int length, float* gradient, float scale) : ITiles
    {
        public long Count => ElementBlock.CountOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(length, tile);
            ScaleSimd<TLanes>(gradient + block.First, (int)block.Count, scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ScaleSimd<TLanes>(float* gradient, int count, float scale)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes scales = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(gradient + i, TLanes.Load(gradient + i) * scales);
        }

        for (; i < count; i++)
        {
            gradient[i] *= scale;
        }
    }

    private readonly unsafe struct ValueTiles(int length, float* gradient, float limit) : ITiles
    {
        public long Count => ElementBlock.CountOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(length, tile);
            ValueSimd<TLanes>(gradient + block.First, (int)block.Count, limit);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ValueSimd<TLanes>(float* gradient, int count, float limit)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes most = TLanes.Broadcast(limit), least = TLanes.Broadcast(-limit);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes g = TLanes.Load(gradient + i);
            g = TLanes.WhereLess(most, g, most, g);
            TLanes.Store(gradient + i, TLanes.WhereLess(g, least, least, g));
        }

        for (; i < count; i++)
        {
            float g = gradient[i];
            g = limit < g ? limit : g;
            gradient[i] = g < -limit ? -limit : g;
        }
    }
}
