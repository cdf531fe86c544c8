using System.Runtime.CompilerServices;

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

    /// <summary>A view is a new tensor each time: its numbers are brought into form once.</summary>
    [Fact]
    public void Linear_OfViews_AllocatesNothingMoreThanItsResult()
    {
        Draw draw = new(1);
        Tensor x = draw.Of(1, 128), weight = draw.Of(512, 128);
        float[] expected = x.Linear(weight.Slice(0, 256, 256)).ToArray();
        using FixedWeights weights = FixedWeights.Start();
        Steps(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Steps(100);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20); // a hundred forms are 13 MB

        void Steps(int count)
        {
            for (int step = 0; step < count; step++)
            {
                Assert.Equal(expected, x.Linear(weight.Slice(0, 256, 256)).ToArray());
            }
        }
    }

    /// <summary>What was computed and is not used any more goes, though weights are fixed.</summary>
    [Fact]
    public void Linear_OfComputedWeights_KeepsNoneOfThem()
    {
        Draw draw = new(1);
        Tensor x = draw.Of(1, 128), weight = draw.Of(256, 128);
        float[] expected = x.Linear(weight + 1).ToArray();
        using FixedWeights weights = FixedWeights.Start();

        WeakReference[] computed = [.. Enumerable.Range(0, 20).Select(_ => Step())];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(computed.Count(one => one.IsAlive), 0, 2); // the machine may still know the last one

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference Step()
        {
            Tensor moved = weight + 1;
            Assert.Equal(expected, x.Linear(moved).ToArray());
            Assert.Equal(expected, x.Linear(moved).ToArray()); // the second time in the form that is kept
            return new(moved.Storage);
        }
    }

    [Fact]
    public void Linear_OfViewsOfOneShape_TellsThemApart()
    {
        Draw draw = new(2);
        Tensor x = draw.Of(1, 8), weight = draw.Of(20, 8);
        float[] first = x.Linear(weight.Slice(0, 0, 10)).ToArray(), second = x.Linear(weight.Slice(0, 10, 10)).ToArray();
        using FixedWeights weights = FixedWeights.Start();
        for (int step = 0; step < 3; step++)
        {
            Assert.Equal(first, x.Linear(weight.Slice(0, 0, 10)).ToArray());
            Assert.Equal(second, x.Linear(weight.Slice(0, 10, 10)).ToArray());
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
