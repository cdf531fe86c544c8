using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Scaled dot-product attention, <c>softmax(Q Kᵀ / √D + mask) V</c>, in one step: the weights are never written down (Vaswani et al. 2017, eq. 1; Dao et al. 2022).</summary>
    /// <param name="query">[N, D], [B, N, D], or with heads [B, H, N, D]; by the options' layout LengthFirst [B, N, H, D], as a projection of all heads at once writes them.</param>
    /// <param name="key">[M, D], [B, M, D], or with heads [B, G, M, D]; one key head serves H/G query heads. Laid out as the queries.</param>
    /// <param name="value">[M, Dv], [B, M, Dv], or with heads [B, G, M, Dv]. Laid out as the queries.</param>
    /// <param name="mask">Which keys a query sees; all, when omitted.</param>
    /// <param name="options">Scale, layout, dropout.</param>
    /// <param name="bias">[N, M], [H, N, M], [B, 1, N, M] or [B, H, N, M]; added to the scaled scores, and learned if it requires a gradient. Null: none.</param>
    /// <param name="relativeBias">A learned number per head and distance, as T5 has it. Null: none.</param>
    /// <returns>As the queries, but Dv wide.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor Attention(
        Tensor query, Tensor key, Tensor value, Mask mask = default, AttentionOptions options = default, Tensor? bias = null, RelativeBias? relativeBias = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        AttentionShape shape = AttentionShapeOf(query, key, value, options.Layout);
        mask = WithBiases(mask, shape, bias, relativeBias);
        options = options with { MaxThreads = Compute.MaxThreads };
        Tensor y = Uninitialized(query.Shape.With(query.Rank - 1, shape.ValueWidth));
        Tensor logSumExp = Uninitialized([shape.RowCount]);
        ScaledDotProduct.Forward(shape, query.Values, key.Values, value.Values, y.Values, logSumExp.Values, mask, options);
        Tensor? table = relativeBias?.Table;
        return y.Recorded(
            "Attention",
            dy =>
            {
                using GradientTarget dq = GradientTarget.Of(query), dk = GradientTarget.Of(key), dv = GradientTarget.Of(value);
                using GradientTarget dBias = GradientTarget.Of(bias), dTable = GradientTarget.Of(table);
                ScaledDotProduct.BackwardWithBias(
                    shape, query.Values, key.Values, value.Values, y.Values, logSumExp.Values, dy, dq.Values, dk.Values, dv.Values, dBias.Values, dTable.Values, mask, options);
            },
            query,
            key,
            value,
            bias,
            table);
    }

    /// <summary>The weights of <see cref="Attention"/>, to be looked at: how much each query takes from each key. No gradient goes through them.</summary>
    /// <param name="query">As of Attention.</param>
    /// <param name="key">As of Attention.</param>
    /// <param name="mask">As of Attention.</param>
    /// <param name="options">As of Attention.</param>
    /// <param name="bias">As of Attention.</param>
    /// <param name="relativeBias">As of Attention.</param>
    /// <returns>[N, M], [B, N, M], or with heads [B, H, N, M] in every layout.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor AttentionWeights(
        Tensor query, Tensor key, Mask mask = default, AttentionOptions options = default, Tensor? bias = null, RelativeBias? relativeBias = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        AttentionShape shape = AttentionShapeOf(query, key, key, options.Layout);
        Tensor context = Uninitialized([shape.OutputCount]);
        Tensor weights = Uninitialized(query.Rank switch
        {
            2 => [shape.Queries, shape.Keys],
            3 => [shape.Batch, shape.Queries, shape.Keys],
            _ => [shape.Batch, shape.Heads, shape.Queries, shape.Keys],
        });
        ScaledDotProduct.ForwardNaive(
            shape, query.Values, key.Values, key.Values, context.Values, weights.Values, default, WithBiases(mask, shape, bias, relativeBias), options);
        return weights;
    }

    /// <summary>Turns pairs of features by angles that grow with the position, so that a score depends on distances alone (Su et al. 2021).</summary>
    /// <param name="table">The angles.</param>
    /// <param name="layout">This: [B, H, N, D], or [B, N, H, D].</param>
    /// <param name="firstPosition">The position of each sequence's first row, such as the length of a cache.</param>
    /// <exception cref="ArgumentException">There are not four axes, or the table is too short or too wide.</exception>
    public Tensor Rotary(RotaryTable table, AttentionLayout layout = AttentionLayout.HeadsFirst, int firstPosition = 0)
    {
        if (Rank != 4)
        {
            throw new ArgumentException($"Rotary: expected four axes, got {Shape}");
        }

        bool isHeadsFirst = layout == AttentionLayout.HeadsFirst;
        var shape = new RotaryShape(Shape[0], Shape[isHeadsFirst ? 1 : 2], Shape[isHeadsFirst ? 2 : 1], Shape[3]) { Layout = layout };
        Tensor y = Uninitialized(Shape);
        RotaryPositions.Forward(shape, table, Values, y.Values, [firstPosition], Compute.Options);
        return y.Recorded(
            "Rotary",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                RotaryPositions.Backward(shape, table, dy, dx.Values, [firstPosition], Compute.Options);
            },
            this);
    }

    private static AttentionShape AttentionShapeOf(Tensor query, Tensor key, Tensor value, AttentionLayout layout)
    {
        (Shape q, Shape k, Shape v) = (query.Shape, key.Shape, value.Shape);
        int rank = q.Rank;
        (int head, int row) = layout == AttentionLayout.LengthFirst ? (2, 1) : (1, 2);
        bool fits = rank is >= 2 and <= 4 && k.Rank == rank && v.Rank == rank && q[-1] == k[-1];
        AttentionShape shape = !fits ? default
            : rank == 4 ? new(q[0], q[head], k[head], q[row], k[row], q[3], v[3])
            : new(rank == 3 ? q[0] : 1, 1, 1, q[-2], k[-2], q[-1], v[-1]);
        fits &= rank switch
        {
            4 => k[0] == q[0] && v[0] == q[0] && v[head] == k[head] && v[row] == k[row] && k[head] > 0 && q[head] % k[head] == 0,
            3 => k[0] == q[0] && v[0] == q[0] && v[1] == k[1],
            _ => v[0] == k[0],
        };
        return fits ? shape : throw new ArgumentException($"Attention: query {q}, key {k}, value {v}, {layout}: they do not go together");
    }

    private static Mask WithBiases(Mask mask, AttentionShape shape, Tensor? bias, RelativeBias? relativeBias)
    {
        if (bias is not null)
        {
            (int b, int h, int n, int m) = (shape.Batch, shape.Heads, shape.Queries, shape.Keys);
            Shape s = bias.Shape;
            mask &= s.Is(h, n, m) ? Mask.BiasPerHead(bias.AsMemory())
                : s.Is(n, m) || s.Is(b, 1, n, m) || s.Is(b, h, n, m) ? Mask.Bias(bias.AsMemory())
                : throw new ArgumentException($"Attention: expected a bias [{n}, {m}], [{h}, {n}, {m}], [{b}, 1, {n}, {m}] or [{b}, {h}, {n}, {m}], got {s}");
        }

        return relativeBias is null ? mask : mask & relativeBias.ToMask(shape.Heads);
    }
}
