using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>A gated linear unit whose gate is a SiLU: the middle of the feed-forward layers of Llama and its like.</summary>
/// <remarks><c>y = SiLU(gate) · up</c> with <c>SiLU(x) = x σ(x)</c>: Shazeer 2020, eq. 6. A gate of −∞ is closed, 0.</remarks>
public static partial class SwiGlu
{
    private const double Cost = 40; // multiply–adds that take as long

    /// <summary>yᵢ = gateᵢ σ(gateᵢ) · upᵢ.</summary>
    /// <param name="gate">[n]</param>
    /// <param name="up">[n]</param>
    /// <param name="y">[n]; overwritten. May be either input itself; must not overlap one otherwise.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the result overlaps an input without being the same.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; y is half written.</exception>
    public static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y, KernelOptions options = default)
    {
        Pairs.Check(nameof(gate), gate, nameof(up), up, y, options);
        Elementwise.Run<Gated>(gate, up, default, 0, y, Cost, options);
    }

    /// <summary>yᵢ = gateᵢ σ(gateᵢ) · upᵢ, one at a time: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        Pairs.Check(nameof(gate), gate, nameof(up), up, y);
        for (int i = 0; i < gate.Length; i++)
        {
            float silu = float.IsNegativeInfinity(gate[i]) ? 0 : (float)(gate[i] / (1 + Math.Exp(-gate[i])));
            y[i] = silu * up[i];
        }
    }

    /// <summary>A new array with yᵢ = gateᵢ σ(gateᵢ) · upᵢ.</summary>
    /// <param name="gate">[n]</param>
    /// <param name="up">[n]</param>
    /// <returns>[n]</returns>
    /// <exception cref="ArgumentException">The arrays differ in length.</exception>
    public static float[] Of(float[] gate, float[] up)
    {
        ArgumentNullException.ThrowIfNull(gate);
        ArgumentNullException.ThrowIfNull(up);
        var y = new float[gate.Length];
        Forward(gate, up, y);
        return y;
    }

    /// <summary>SiLU(first) · second: the result, and the gradient of up.</summary>
    private readonly struct Gated : IMap
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TLanes Of<TLanes>(TLanes first, TLanes second, TLanes third, TLanes factor)
            where TLanes : unmanaged, ILanes<TLanes> => Silu.Function.Of(first) * second;
    }
}
