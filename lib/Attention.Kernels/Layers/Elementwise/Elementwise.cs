using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Runs a function over every float of a buffer, or multiplies a gradient by its derivative. An element's bits do not depend on where it stands.</summary>
internal static class Elementwise
{
    /// <summary>Floats in a tile: large enough to be worth handing over.</summary>
    private const int TileLength = 1 << 15;

    internal static unsafe void Forward<TFunction>(ReadOnlySpan<float> x, Span<float> y, double costPerElement, KernelOptions options)
        where TFunction : struct, IFunction
    {
        Check(x, y, options);
        fixed (float* input = x, output = y)
        {
            Tiled.Run(new ForwardTiles<TFunction>(input, output, x.Length), options.ThreadsFor(costPerElement * x.Length), options);
        }
    }

    internal static unsafe void Backward<TFunction>(
        ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, double costPerElement, KernelOptions options)
        where TFunction : struct, IFunction
    {
        CheckBackward(x, yGradient, xGradient, options);
        fixed (float* input = x, dy = yGradient, dx = xGradient)
        {
            Tiled.Run(new BackwardTiles<TFunction>(input, dy, dx, x.Length), options.ThreadsFor(costPerElement * x.Length), options);
        }
    }

    internal static void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(nameof(y), y.Length, x.Length);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
    }

    internal static void CheckBackward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> xGradient, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, x.Length);
        Guard.Length(nameof(xGradient), xGradient.Length, x.Length);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(x), x);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
    }

    private static long TilesOf(int length) => ((long)length + TileLength - 1) / TileLength;

    private static int LengthOf(long tile, int length) => (int)Math.Min(TileLength, length - (tile * TileLength));

    private readonly unsafe struct ForwardTiles<TFunction>(float* x, float* y, int length) : ITiles
        where TFunction : struct, IFunction
    {
        public long Count => TilesOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes> =>
            ForwardSimd<TFunction, TLanes>(x + (tile * TileLength), y + (tile * TileLength), LengthOf(tile, length));
    }

    private readonly unsafe struct BackwardTiles<TFunction>(float* x, float* yGradient, float* xGradient, int length) : ITiles
        where TFunction : struct, IFunction
    {
        public long Count => TilesOf(length);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long first = tile * TileLength;
            BackwardSimd<TFunction, TLanes>(x + first, yGradient + first, xGradient + first, LengthOf(tile, length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void ForwardSimd<TFunction, TLanes>(float* x, float* y, int length)
        where TFunction : struct, IFunction
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rest = length % TLanes.Count;
        int whole = length - rest;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(y + i, TFunction.Of(TLanes.Load(x + i)));
        }

        if (rest > 0)
        {
            Partial.Store(y + whole, rest, TFunction.Of(Partial.Load<TLanes>(x + whole, rest, 0)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardSimd<TFunction, TLanes>(float* x, float* yGradient, float* xGradient, int length)
        where TFunction : struct, IFunction
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int rest = length % TLanes.Count;
        int whole = length - rest;
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TLanes.Store(xGradient + i, TLanes.Load(yGradient + i) * TFunction.Derivative(TLanes.Load(x + i)));
        }

        if (rest > 0)
        {
            TLanes derivative = TFunction.Derivative(Partial.Load<TLanes>(x + whole, rest, 0));
            Partial.Store(xGradient + whole, rest, Partial.Load<TLanes>(yGradient + whole, rest, 0) * derivative);
        }
    }
}
