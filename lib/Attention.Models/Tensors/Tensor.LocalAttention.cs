using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Scaled dot-product attention to the keys around a centre, one per query (Luong, Pham and Manning 2015, § 3.2).</summary>
    /// <param name="query">[N, D], [B, N, D], or with heads [B, H, N, D].</param>
    /// <param name="key">[M, D], [B, M, D], or with heads [B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[M, Dv], [B, M, Dv], or with heads [B, G, M, Dv].</param>
    /// <param name="window">How far a query sees, and whether its weights are multiplied by a Gaussian around the centre.</param>
    /// <param name="centre">[N], [B, N] or [B, H, N]; in keys. It learns by the Gaussian alone. Null: query i has its centre at key i, local-m.</param>
    /// <returns>As the queries, but Dv wide; zeros for a query whose window holds no key.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together, or the window is none.</exception>
    public static Tensor LocalAttention(Tensor query, Tensor key, Tensor value, LocalWindow window, Tensor? centre = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        AttentionShape shape = AttentionShapeOf(query, key, value, AttentionLayout.HeadsFirst);
        Shape rows = query.Shape.Without(query.Rank - 1);
        if (centre is not null && centre.Shape != rows)
        {
            throw new ArgumentException($"LocalAttention: expected centres {rows}, got {centre.Shape}");
        }

        Tensor y = Uninitialized(query.Shape.With(query.Rank - 1, shape.ValueWidth)), logSumExp = Uninitialized([shape.RowCount]);
        Kernels.LocalAttention.Forward(shape, window, query.Values, key.Values, value.Values, ValuesOf(centre), y.Values, logSumExp.Values, Compute.Options);
        return y.Recorded(
            "LocalAttention",
            dy =>
            {
                using GradientTarget dq = GradientTarget.Of(query), dk = GradientTarget.Of(key), dv = GradientTarget.Of(value), dc = GradientTarget.Of(centre);
                using MemoryScope scope = Memory.Scope();
                Kernels.LocalAttention.Backward(
                    shape,
                    window,
                    query.Values,
                    key.Values,
                    value.Values,
                    ValuesOf(centre),
                    logSumExp.Values,
                    dy,
                    Room(dq, query),
                    Room(dk, key),
                    Room(dv, value),
                    dc.Values,
                    Compute.Options);
            },
            query,
            key,
            value,
            centre);
    }
}
