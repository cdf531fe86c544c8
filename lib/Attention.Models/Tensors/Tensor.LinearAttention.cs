using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Attention whose weights are products of features, <c>φ(q)·φ(k) / Σ φ(q)·φ(k)</c>, so that its cost grows with N + M instead of N · M (Katharopoulos et al. 2020, eq. 5).</summary>
    /// <param name="query">[N, D], [B, N, D], or with heads [B, H, N, D].</param>
    /// <param name="key">[M, D], [B, M, D], or with heads [B, G, M, D]; one key head serves H/G query heads.</param>
    /// <param name="value">[M, Dv], [B, M, Dv], or with heads [B, G, M, Dv].</param>
    /// <param name="form">The feature map φ, and whether a query sees the keys up to its own alone; elu(x) + 1 and all, when omitted.</param>
    /// <returns>As the queries, but Dv wide.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together, or a causal form has other than as many keys as queries.</exception>
    public static Tensor LinearAttention(Tensor query, Tensor key, Tensor value, LinearAttentionForm form = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        AttentionShape shape = AttentionShapeOf(query, key, value, AttentionLayout.HeadsFirst);
        Tensor y = Uninitialized(query.Shape.With(query.Rank - 1, shape.ValueWidth)), normaliser = Uninitialized([shape.RowCount]);
        Kernels.LinearAttention.Forward(shape, query.Values, key.Values, value.Values, y.Values, normaliser.Values, form: form, options: Compute.Options);
        return y.Recorded(
            "LinearAttention",
            dy =>
            {
                using GradientTarget dq = GradientTarget.Of(query), dk = GradientTarget.Of(key), dv = GradientTarget.Of(value);
                using MemoryScope scope = Memory.Scope();
                Kernels.LinearAttention.Backward(
                    shape,
                    query.Values,
                    key.Values,
                    value.Values,
                    y.Values,
                    normaliser.Values,
                    dy,
                    Room(dq, query),
                    Room(dk, key),
                    Room(dv, value),
                    form: form,
                    options: Compute.Options);
            },
            query,
            key,
            value);
    }
}
