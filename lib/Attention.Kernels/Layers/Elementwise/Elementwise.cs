using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Runs a map over every place of one, two or three buffers. An element's bits do not depend on where it stands.</summary>
internal static unsafe class Elementwise
{
    /// <summary>y = f(x)</summary>
    internal static void Forward<TFunction>(ReadOnlySpan<float> x, Span<float> y, double costPerElement, KernelOptions options)
        where TFunction : struct, IFunction
    {
        Check(x, y, options);
        Run<Maps.Value<TFunction>>(x, default, default, 0, y, costPerElement, options);
    }

    /// <summary>dx = dy · f′, where f′ is computed from x or from y.</summary>
    internal static void Backward<TFunction>(
        string name, ReadOnlySpan<float> given, ReadOnlySpan<float> yGradient, Span<float> xGradient, double costPerElement, KernelOptions options)
        where TFunction : struct, IFunction
    {
        CheckBackward(name, given, yGradient, xGradient, options);
        Run<Maps.Slope<TFunction>>(given, yGradient, default, 0, xGradient, costPerElement, options);
    }

    /// <summary>The map at every place of the result; the buffers that the map reads have its length.</summary>
    internal static void Run<TMap>(
        ReadOnlySpan<float> first, ReadOnlySpan<float> second, ReadOnlySpan<float> third, float factor, Span<float> result, double costPerElement, KernelOptions options)
        where TMap : struct, IMap
    {
        fixed (float* a = first, b = second, c = third, y = result)
        {
            Tiled.Run(new Tiles<TMap>(result.Length, a, b, c, factor, y), options.ThreadsFor(costPerElement * result.Length), options);
        }
    }

    internal static void Check(ReadOnlySpan<float> x, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(nameof(y), y.Length, x.Length);
        Guard.SameOrApart(nameof(y), y, nameof(x), x);
    }

    /// <summary>What a gradient is computed from, x or y, and the gradients of y and of x.</summary>
    internal static void CheckBackward(
        string name, ReadOnlySpan<float> given, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> xGradient, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(nameof(yGradient), yGradient.Length, given.Length);
        Guard.Length(nameof(xGradient), xGradient.Length, given.Length);
        Guard.SameOrApart(nameof(xGradient), xGradient, name, given);
        Guard.SameOrApart(nameof(xGradient), xGradient, nameof(yGradient), yGradient);
    }

    private readonly struct Tiles<TMap>(long count, float* first, float* second, float* third, float factor, float* result) : ITiles
        where TMap : struct, IMap
    {
        private readonly bool _streams = Streaming.Pays(count, first, result) && result != second && result != third;

        public long Count => ElementBlock.CountOf(count);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            ElementBlock block = new(count, tile);
            float* a = first + block.First, b = second + block.First, c = third + block.First, y = result + block.First;
            if (_streams)
            {
                RunStreaming<TMap, TLanes>(a, b, c, factor, y, block.Count);
            }
            else
            {
                RunSimd<TMap, TLanes>(a, b, c, factor, y, block.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static void RunSimd<TMap, TLanes>(float* first, float* second, float* third, float factor, float* result, long count)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        long i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(result + i, At<TMap, TLanes>(first + i, second + i, third + i, factors));
        }

        if (i < count)
        {
            int rest = (int)(count - i);
            TLanes a = Partial.Load<TLanes>(first + i, rest, 0);
            TLanes b = TMap.Inputs > 1 ? Partial.Load<TLanes>(second + i, rest, 0) : a;
            TLanes c = TMap.Inputs > 2 ? Partial.Load<TLanes>(third + i, rest, 0) : a;
            Partial.Store(result + i, rest, TMap.Of(a, b, c, factors));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunStreaming<TMap, TLanes>(float* first, float* second, float* third, float factor, float* result, long count)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        long i = Math.Min(Streaming.FloatsBeforeAligned<TLanes>(result), count);
        RunSimd<TMap, TLanes>(first, second, third, factor, result, i);
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.StoreStreaming(result + i, At<TMap, TLanes>(first + i, second + i, third + i, factors));
        }

        RunSimd<TMap, TLanes>(first + i, second + i, third + i, factor, result + i, count - i);
        Streaming.Finish();
    }

    /// <summary>The map of one register's worth of elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLanes At<TMap, TLanes>(float* first, float* second, float* third, TLanes factors)
        where TMap : struct, IMap
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes a = TLanes.Load(first);
        TLanes b = TMap.Inputs > 1 ? TLanes.Load(second) : a;
        TLanes c = TMap.Inputs > 2 ? TLanes.Load(third) : a;
        return TMap.Of(a, b, c, factors);
    }
}
