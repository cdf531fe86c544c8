using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Scores every query against every key by a small network, <c>vᵀ tanh(W q + U k + b)</c>, in one step: the hidden layers are never written down (Bahdanau, Cho and Bengio 2015, appendix A.1.2).</summary>
    /// <param name="query">[N, Dq] or [B, N, Dq]</param>
    /// <param name="key">[M, Dk] or [B, M, Dk]</param>
    /// <param name="queryWeight">[A, Dq]; W.</param>
    /// <param name="keyWeight">[A, Dk]; U.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="bias">[A]; b. Null: none.</param>
    /// <returns>[N, M] or [B, N, M]; before the softmax.</returns>
    /// <exception cref="ArgumentException">The shapes do not go together.</exception>
    public static Tensor AdditiveScore(Tensor query, Tensor key, Tensor queryWeight, Tensor keyWeight, Tensor vector, Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        ArgumentNullException.ThrowIfNull(vector);
        (Shape q, Shape k, int hidden) = (query.Shape, key.Shape, vector.Count);
        if (q.Rank is < 2 or > 3 || k.Rank != q.Rank || (q.Rank == 3 && k[0] != q[0]))
        {
            throw new ArgumentException($"AdditiveScore: queries {q} and keys {k}: expected [N, Dq] and [M, Dk], or a batch of both");
        }

        if (!queryWeight.Shape.Is(hidden, q[-1]) || !keyWeight.Shape.Is(hidden, k[-1]))
        {
            throw new ArgumentException($"AdditiveScore: expected weights [{hidden}, {q[-1]}] and [{hidden}, {k[-1]}], got {queryWeight.Shape} and {keyWeight.Shape}");
        }

        CheckRow("AdditiveScore", "vector", vector, hidden);
        CheckRow("AdditiveScore", "bias", bias, hidden);
        var shape = new ScoreShape(q.Rank == 3 ? q[0] : 1, q[-2], k[-2], q[-1], k[-1], hidden);
        Tensor y = Uninitialized(q.With(q.Rank - 1, k[-2]));
        Kernels.AdditiveScore.Forward(shape, query.Values, key.Values, queryWeight.Values, keyWeight.Values, ValuesOf(bias), vector.Values, y.Values, Compute.Options);
        return y.Recorded(
            "AdditiveScore",
            dy =>
            {
                using GradientTarget dq = GradientTarget.Of(query), dk = GradientTarget.Of(key), dw = GradientTarget.Of(queryWeight);
                using GradientTarget du = GradientTarget.Of(keyWeight), db = GradientTarget.Of(bias), dv = GradientTarget.Of(vector);
                Kernels.AdditiveScore.Backward(
                    shape,
                    query.Values,
                    key.Values,
                    queryWeight.Values,
                    keyWeight.Values,
                    ValuesOf(bias),
                    vector.Values,
                    dy,
                    dq.Values,
                    dk.Values,
                    dw.Values,
                    du.Values,
                    db.Values,
                    dv.Values,
                    Compute.Options);
            },
            query,
            key,
            queryWeight,
            keyWeight,
            bias,
            vector);
    }
}
