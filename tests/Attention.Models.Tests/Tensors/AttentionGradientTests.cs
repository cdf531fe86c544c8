using Attention.Kernels;

namespace Attention.Models.Tests.Tensors;

/// <summary>Attention on tensors, held against its formula in smaller operations, values and gradients.</summary>
public sealed class AttentionGradientTests
{
    private static readonly AttentionOptions LengthFirst = new() { Layout = AttentionLayout.LengthFirst };

    [Fact]
    public void Attention_OneHead_IsItsFormula()
    {
        Draw draw = new(1);
        Tensor q = draw.Of(2, 4, 3), k = draw.Of(2, 5, 3), v = draw.Of(2, 5, 2);

        Tensor expected = (q.MatMul(k, transposeRight: true) * (1 / MathF.Sqrt(3))).Softmax().MatMul(v);

        Near(expected, Tensor.Attention(q, k, v));
    }

    [Fact]
    public void Attention_LengthFirst_IsHeadsFirstTransposed()
    {
        Draw draw = new(2);
        Tensor q = draw.Of(2, 4, 6, 3), k = draw.Of(2, 5, 2, 3), v = draw.Of(2, 5, 2, 2); // three query heads to a key head

        Tensor heads = Tensor.Attention(q.Transpose(1, 2), k.Transpose(1, 2), v.Transpose(1, 2), Mask.Causal);

        Near(heads.Transpose(1, 2), Tensor.Attention(q, k, v, Mask.Causal, LengthFirst));
    }

    [Fact]
    public void Attention_Backward_IsTheSlope()
    {
        Draw draw = new(3);
        Tensor q = draw.Of(2, 4, 4, 3), k = draw.Of(2, 5, 2, 3), v = draw.Of(2, 5, 2, 2), bias = draw.Of(4, 4, 5), table = draw.Of(4, 8);

        GradientCheck.Assert(() => Tensor.Attention(q, k, v, Mask.Causal, LengthFirst, bias, new(table, MaxDistance: 4)), q, k, v, bias, table);
    }

    [Fact]
    public void Attention_OfOneTensorThrice_IsTheSlope()
    {
        Tensor x = new Draw(4).Of(5, 3);

        GradientCheck.Assert(() => Tensor.Attention(x, x, x), x);
    }

    [Fact]
    public void Attention_WithDropout_DropsTheSameBackwards()
    {
        Draw draw = new(5);
        Tensor q = draw.Of(1, 4, 2, 3), k = draw.Of(1, 5, 2, 3), v = draw.Of(1, 5, 2, 3);

        GradientCheck.Assert(() => Tensor.Attention(q, k, v, options: LengthFirst with { Dropout = new(0.3f, 17) }), q, k, v);
    }

    [Fact]
    public void AttentionWeights_Masked_SumToOneOverWhatIsSeen()
    {
        Draw draw = new(6);
        Tensor q = draw.Of(1, 4, 2, 3), k = draw.Of(1, 4, 2, 3);

        Tensor weights = Tensor.AttentionWeights(q, k, Mask.Causal, LengthFirst);

        Assert.Equal([1, 2, 4, 4], weights.Shape);
        Assert.Equal(1, weights[0, 0, 0, 0], 1e-6f);
        Assert.Equal(0, weights[0, 1, 2, 3]);
        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-6f));
    }

    [Theory]
    [InlineData(AttentionLayout.HeadsFirst)]
    [InlineData(AttentionLayout.LengthFirst)]
    public void Rotary_Backward_IsTheSlope(AttentionLayout layout)
    {
        Tensor x = new Draw(7).Of(2, 3, 3, 4);
        RotaryTable table = new(8, 4);

        GradientCheck.Assert(() => x.Rotary(table, layout, firstPosition: 2), x);
    }

    [Fact]
    public void Attention_ShapesThatDoNotFit_AreNamed()
    {
        Draw draw = new(8);
        Tensor q = draw.Of(1, 2, 3, 4), k = draw.Of(1, 2, 5, 3), short4 = draw.Of(1, 2, 5, 4);

        var refused = Assert.Throws<ArgumentException>(() => Tensor.Attention(q, k, k));
        Assert.Equal("Attention: query [1, 2, 3, 4], key [1, 2, 5, 3], value [1, 2, 5, 3], HeadsFirst: they do not go together", refused.Message);

        refused = Assert.Throws<ArgumentException>(() => Tensor.Attention(q, short4, short4, bias: draw.Of(3, 4)));
        Assert.Equal("Attention: expected a bias [3, 5], [2, 3, 5], [1, 1, 3, 5] or [1, 2, 3, 5], got [3, 4]", refused.Message);

        refused = Assert.Throws<ArgumentException>(() => Tensor.Attention(q, short4, short4, relativeBias: new(draw.Of(3, 8))));
        Assert.Equal("Attention: expected a table [2, Buckets] of relative biases, got [3, 8]", refused.Message);

        refused = Assert.Throws<ArgumentException>(() => draw.Of(3, 4).Rotary(new(4, 4)));
        Assert.Equal("Rotary: expected four axes, got [3, 4]", refused.Message);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], actual.Values[i], 1e-6f);
        }
    }
}
