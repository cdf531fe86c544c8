using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Causal attention whose scores depend on how far back a key lies: <c>((q + u)·k + (q + v)·r_t) / √D</c> (Dai et al. 2019, § 3.3).</summary>
    /// <param name="query">[B, H, N, D]</param>
    /// <param name="key">[B, H, M, D]; those of the memory first, N ≤ M.</param>
    /// <param name="value">[B, H, M, Dv]</param>
    /// <param name="position">[H, M, D]; row t belongs to the distance t.</param>
    /// <param name="contentBias">[H, D]; u.</param>
    /// <param name="positionBias">[H, D]; v.</param>
    /// <returns>[B, H, N, Dv]</returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor RelativeAttention(Tensor query, Tensor key, Tensor value, Tensor position, Tensor contentBias, Tensor positionBias)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(contentBias);
        ArgumentNullException.ThrowIfNull(positionBias);
        if (query.Rank != 4)
        {
            throw new ArgumentException($"RelativeAttention: expected queries [B, H, N, D], got {query.Shape}");
        }

        AttentionShape shape = AttentionShapeOf(query, key, value, AttentionLayout.HeadsFirst);
        (int heads, int width) = (shape.Heads, shape.Width);
        if (!position.Shape.Is(heads, shape.Keys, width) || !contentBias.Shape.Is(heads, width) || !positionBias.Shape.Is(heads, width))
        {
            throw new ArgumentException(
                $"RelativeAttention: expected positions [{heads}, {shape.Keys}, {width}] and biases [{heads}, {width}], got {position.Shape}, {contentBias.Shape} and {positionBias.Shape}");
        }

        Tensor y = Uninitialized(query.Shape.With(3, shape.ValueWidth)), logSumExp = Uninitialized([shape.RowCount]);
        Kernels.RelativeAttention.Forward(
            shape, query.Values, key.Values, value.Values, position.Values, contentBias.Values, positionBias.Values, y.Values, logSumExp.Values, Compute.Options);
        return y.Recorded(
            "RelativeAttention",
            dy =>
            {
                using GradientTarget dq = GradientTarget.Of(query), dk = GradientTarget.Of(key), dv = GradientTarget.Of(value);
                using GradientTarget dr = GradientTarget.Of(position), du = GradientTarget.Of(contentBias), dp = GradientTarget.Of(positionBias);
                using MemoryScope scope = Memory.Scope();
                Kernels.RelativeAttention.Backward(
                    shape,
                    query.Values,
                    key.Values,
                    value.Values,
                    position.Values,
                    contentBias.Values,
                    positionBias.Values,
                    y.Values,
                    logSumExp.Values,
                    dy,
                    Room(dq, query),
                    Room(dk, key),
                    Room(dv, value),
                    Room(dr, position),
                    Room(du, contentBias),
                    Room(dp, positionBias),
                    Compute.Options);
            },
            query,
            key,
            value,
            position,
            contentBias,
            positionBias);
    }

    /// <summary>Where a kernel that writes all gradients writes this one; if nobody wants it, into memory of the scope.</summary>
    private static Span<float> Room(in GradientTarget target, Tensor input) => target.IsWanted ? target.Values : Uninitialized(input.Shape).Values;
}
