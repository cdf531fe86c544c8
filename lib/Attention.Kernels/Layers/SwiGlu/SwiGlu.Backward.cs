using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class SwiGlu
{
    /// <summary>The gradient of <see cref="Forward"/>: dgateᵢ = dyᵢ · upᵢ · SiLU′(gateᵢ) and dupᵢ = dyᵢ · SiLU(gateᵢ).</summary>
    /// <param name="gate">[n]; what Forward read.</param>
    /// <param name="up">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="gateGradient">[n]; dL/dgate, overwritten; must not overlap an input or the other gradient. Empty: not wanted.</param>
    /// <param name="upGradient">[n]; dL/dup, likewise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps another buffer.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        ReadOnlySpan<float> gate,
        ReadOnlySpan<float> up,
        ReadOnlySpan<float> yGradient,
        Span<float> gateGradient,
        Span<float> upGradient,
        KernelOptions options = default)
    {
        Pairs.CheckBackward(nameof(gate), gate, nameof(up), up, yGradient, nameof(gateGradient), gateGradient, nameof(upGradient), upGradient, options);
        Elementwise.Run<GateSlope>(gate, up, yGradient, 0, gateGradient, Cost, options);
        Elementwise.Run<Gated>(gate, yGradient, default, 0, upGradient, Cost, options);
    }

    /// <summary>dgateᵢ = dyᵢ · upᵢ · SiLU′(gateᵢ) and dupᵢ = dyᵢ · SiLU(gateᵢ), one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> yGradient, Span<float> gateGradient, Span<float> upGradient)
    {
        Pairs.CheckBackward(nameof(gate), gate, nameof(up), up, yGradient, nameof(gateGradient), gateGradient, nameof(upGradient), upGradient);
        for (int i = 0; i < gateGradient.Length; i++)
        {
            double s = 1 / (1 + Math.Exp(-gate[i]));
            gateGradient[i] = (float)(yGradient[i] * up[i] * (s is 0 or 1 ? s : s * (1 + (gate[i] * (1 - s)))));
        }

        for (int i = 0; i < upGradient.Length; i++)
        {
            float silu = float.IsNegativeInfinity(gate[i]) ? 0 : (float)(gate[i] / (1 + Math.Exp(-gate[i])));
            upGradient[i] = silu * yGradient[i];
        }
    }

    private readonly struct GateSlope : IMap
    {
        public static int Inputs => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => third * second * Silu.Function.Derivative(first);
    }
}
