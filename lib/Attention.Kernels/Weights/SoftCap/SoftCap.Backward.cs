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
    public static void Backward(ReadOnlySpan<float> y, float cap, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        CheckBackward(y, cap, yGradient, xGradient, options);
        Elementwise.Run<Slope>(y, yGradient, default, cap, xGradient, CostPerElement, options);
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
        SoftmaxOptions.CheckTemperature(nameof(cap), cap);
        Elementwise.CheckBackward(nameof(y), y, yGradient, xGradient, options);
    }

    private readonly struct Slope : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes tanh = first / factor;
            return second * (TLanes.Broadcast(1) - (tanh * tanh));
        }
    }
}
