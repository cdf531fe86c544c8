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

    /// <summary>A view is a new tensor each time, and so is what was computed: neither may leave anything behind.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Linear_OfViewsAndOfComputedWeights_KeepsNothingMore(bool isView)
    {
        Draw draw = new(1);
        Tensor x = draw.Of(1, 128), weight = draw.Of(512, 128), other = draw.Of(256, 128);
        float[] expected = x.Linear(weight.Slice(0, 256, 256)).ToArray(), sum = x.Linear(other + 1).ToArray();
        using FixedWeights weights = FixedWeights.Start();
        Steps(3);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Steps(100);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(grown, long.MinValue, 1 << 20); // a hundred forms would be 13 MB
        Assert.InRange(allocated, 0, isView ? 1 << 20 : long.MaxValue);

        void Steps(int count)
        {
            for (int step = 0; step < count; step++)
            {
                Assert.Equal(isView ? expected : sum, x.Linear(isView ? weight.Slice(0, 256, 256) : other + 1).ToArray());
            }
        }
    }

    [Fact]
    public void Linear_OfAGradient_SeesTheNewOne()
    {
        Tensor x = Tensor.Ones(1, 2), parameter = Tensor.Ones(1, 2).WithGradient();
        for (int step = 1; step <= 3; step++)
        {
            (parameter * 2).Sum().Backward();
        }

        using FixedWeights weights = FixedWeights.Start();
        for (float slope = 6; slope < 9; slope++)
        {
            parameter.Gradient!.Values.Fill(slope);
            Assert.Equal(2 * slope, x.Linear(parameter.Gradient).Value);
        }
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
