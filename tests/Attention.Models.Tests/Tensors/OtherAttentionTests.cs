using Attention.Kernels;

namespace Attention.Models.Tests.Tensors;

/// <summary>The fused forms of attention, held against their formulas in smaller operations, values and gradients.</summary>
public sealed class OtherAttentionTests
{
    [Fact]
    public void LinearAttention_IsItsFormula()
    {
        Draw draw = new(1);
        Tensor q = draw.Of(2, 4, 3), k = draw.Of(2, 5, 3), v = draw.Of(2, 5, 2);
        Tensor scores = Feature(q).MatMul(Feature(k), transposeRight: true);

        Near((scores / scores.Sum(-1, keep: true)).MatMul(v), Tensor.LinearAttention(q, k, v));

        static Tensor Feature(Tensor x) => x.Relu() + (-(-x).Relu()).Exp(); // elu(x) + 1
    }

    [Fact]
    public void LinearAttention_Causal_SeesNothingThatFollows()
    {
        Draw draw = new(2);
        Tensor q = draw.Of(1, 4, 6, 3), k = draw.Of(1, 2, 6, 3), v = draw.Of(1, 2, 6, 2); // two query heads to a key head
        LinearAttentionForm causal = new() { Causal = true };

        Tensor whole = Tensor.LinearAttention(q, k, v, causal), half = Tensor.LinearAttention(q.Slice(2, 0, 3), k.Slice(2, 0, 3), v.Slice(2, 0, 3), causal);

        Near(half, whole.Slice(2, 0, 3));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LinearAttention_Backward_IsTheSlope(bool isCausal)
    {
        Draw draw = new(3);
        Tensor q = draw.AwayFromZero(1, 4, 5, 3), k = draw.AwayFromZero(1, 2, 5, 3), v = draw.Of(1, 2, 5, 2);

        GradientCheck.Assert(() => Tensor.LinearAttention(q, k, v, new() { Causal = isCausal }), q, k, v);
        GradientCheck.Assert(() => Tensor.LinearAttention(q.Detach(), k.Detach(), v), v); // what nobody wants is not in the way
    }

    [Fact]
    public void LocalAttention_AroundEachPlace_IsAttentionUnderItsWindow()
    {
        Draw draw = new(4);
        Tensor q = draw.Of(2, 6, 3), k = draw.Of(2, 6, 3), v = draw.Of(2, 6, 2);
        bool[] hidden = [.. Enumerable.Range(0, 36).Select(i => Math.Abs((i / 6) - (i % 6)) > 1)];

        Tensor expected = (q.MatMul(k, transposeRight: true) * (1 / MathF.Sqrt(3))).MaskedFill(hidden, float.NegativeInfinity).Softmax().MatMul(v);

        Near(expected, Tensor.LocalAttention(q, k, v, new LocalWindow(1)));
    }

    [Fact]
    public void LocalAttention_Backward_IsTheSlope()
    {
        Draw draw = new(5);
        Tensor q = draw.Of(1, 2, 3, 4), k = draw.Of(1, 2, 7, 4), v = draw.Of(1, 2, 7, 2);
        Tensor centre = Tensor.Of([1.3f, 4.4f, 5.6f, 2.3f, 3.4f, 0.6f], 1, 2, 3); // none near the edge of a window

        GradientCheck.Assert(() => Tensor.LocalAttention(q, k, v, new LocalWindow(2, Gaussian: true), centre), q, k, v, centre);
        Assert.Equal("LocalAttention: expected centres [1, 2, 3], got [6]", Assert.Throws<ArgumentException>(() => Tensor.LocalAttention(q, k, v, new LocalWindow(2), centre.Reshape(6))).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AdditiveScore_IsItsFormula_AndBackwardItsSlope(bool hasBias)
    {
        Draw draw = new(6);
        Tensor q = draw.Of(2, 3, 4), k = draw.Of(2, 5, 2), w = draw.Of(6, 4), u = draw.Of(6, 2), v = draw.Of(6);
        Tensor? b = hasBias ? draw.Of(6) : null;
        Tensor sum = q.Linear(w, b).Reshape(2, 3, 1, 6) + k.Linear(u).Reshape(2, 1, 5, 6);

        Near((sum.Tanh() * v).Sum(-1), Tensor.AdditiveScore(q, k, w, u, v, b));
        GradientCheck.Assert(() => Tensor.AdditiveScore(q, k, w, u, v, b), [q, k, w, u, v, .. b is null ? Array.Empty<Tensor>() : [b]]);
    }

    [Fact]
    public void AdditiveScore_OfShapesThatDoNotFit_SaysSo()
    {
        Tensor q = Tensor.Ones(3, 4), k = Tensor.Ones(5, 2), w = Tensor.Ones(6, 4), u = Tensor.Ones(6, 2), v = Tensor.Ones(6);

        Assert.Equal([3, 5], Tensor.AdditiveScore(q, k, w, u, v).Shape);
        Refused("AdditiveScore: queries [3, 4] and keys [1, 5, 2]: expected [N, Dq] and [M, Dk], or a batch of both", () => Tensor.AdditiveScore(q, k.Reshape(1, 5, 2), w, u, v));
        Refused("AdditiveScore: expected weights [6, 4] and [6, 2], got [6, 2] and [6, 4]", () => Tensor.AdditiveScore(q, k, u, w, v));
        Refused("AdditiveScore: expected a vector [6], got [1, 6]", () => Tensor.AdditiveScore(q, k, w, u, v.Reshape(1, 6)));
        Refused("AdditiveScore: expected a bias [6], got [2]", () => Tensor.AdditiveScore(q, k, w, u, v, Tensor.Ones(2)));

        static void Refused(string message, Func<Tensor> call) => Assert.Equal(message, Assert.Throws<ArgumentException>(call).Message);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], actual.Values[i], 2e-6f);
        }
    }
}
