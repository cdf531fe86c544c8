using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Division
{
    /// <summary>The gradient of <see cref="Forward"/>: dleftᵢ = dyᵢ / rightᵢ and drightᵢ = −dyᵢ · leftᵢ / rightᵢ².</summary>
    /// <param name="left">[n]; what Forward read.</param>
    /// <param name="right">[n]; what Forward read.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="leftGradient">[n]; dL/dleft, overwritten; must not overlap an input or the other gradient. Empty: not wanted.</param>
    /// <param name="rightGradient">[n]; dL/dright, likewise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a gradient overlaps another buffer.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(
        ReadOnlySpan<float> left,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> yGradient,
        Span<float> leftGradient,
        Span<float> rightGradient,
        KernelOptions options = default)
    {
        Pairs.CheckBackward(nameof(left), left, nameof(right), right, yGradient, nameof(leftGradient), leftGradient, nameof(rightGradient), rightGradient, options);
        Elementwise.Run<Maps.Quotient>(yGradient, right, default, 0, leftGradient, Cost, options);
        Elementwise.Run<RightSlope>(left, right, yGradient, 0, rightGradient, Cost, options);
    }

    /// <summary>dleftᵢ = dyᵢ / rightᵢ and drightᵢ = −dyᵢ · leftᵢ / rightᵢ², one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> yGradient, Span<float> leftGradient, Span<float> rightGradient)
    {
        Pairs.CheckBackward(nameof(left), left, nameof(right), right, yGradient, nameof(leftGradient), leftGradient, nameof(rightGradient), rightGradient);
        for (int i = 0; i < leftGradient.Length; i++)
        {
            leftGradient[i] = yGradient[i] / right[i];
        }

        for (int i = 0; i < rightGradient.Length; i++)
        {
            rightGradient[i] = -(yGradient[i] * (left[i] / right[i]) / right[i]);
        }
    }

    /// <summary>−dy · (left / right) / right: a square of the divisor could overflow where the gradient does not.</summary>
    private readonly struct RightSlope : IMap
    {
        public static int Inputs => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => TLanes.Broadcast(0) - (third * (first / second) / second);
    }
}
