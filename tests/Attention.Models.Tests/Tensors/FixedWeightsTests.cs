namespace Attention.Models.Tests.Tensors;

public sealed class FixedWeightsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100)]
    public void Linear_WhileWeightsAreFixed_HasTheSameBits(int rows)
    {
        Draw draw = new(1);
        Tensor x = draw.Of(rows, 37), weight = draw.Of(53, 37), bias = draw.Of(53);
        float[] expected = x.Linear(weight, bias).ToArray();
        using FixedWeights weights = FixedWeights.Start();

        Assert.Equal(expected, x.Linear(weight, bias).ToArray());
        Assert.Equal(expected, x.Linear(weight, bias).ToArray());
    }

    [Fact]
    public void Linear_AfterThem_SeesNewWeights()
    {
        Tensor x = Tensor.Ones(1, 2), weight = Tensor.Ones(1, 2).WithGradient();
        using (FixedWeights.Start())
        {
            Assert.False(x.Linear(weight).RequiresGradient);
            Assert.Equal(2, x.Linear(weight).Value);
            weight.Values.Fill(3);
        }

        Assert.Equal(6, x.Linear(weight).Value);
        using (FixedWeights.Start())
        {
            Assert.Equal(6, x.Linear(weight).Value);
        }

        Assert.True(x.Linear(weight).RequiresGradient);
    }

    [Fact]
    public void Dispose_OutOfOrder_IsRefused()
    {
        FixedWeights outer = FixedWeights.Start(), inner = FixedWeights.Start();

        Assert.Equal("FixedWeights: a later one has not ended; end it first, on the thread that began it", Assert.Throws<InvalidOperationException>(outer.Dispose).Message);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        Assert.True(Gradients.AreOn);
    }
}
