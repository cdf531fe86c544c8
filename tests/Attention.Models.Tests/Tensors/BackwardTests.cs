namespace Attention.Models.Tests.Tensors;

public sealed class BackwardTests
{
    [Fact]
    public void Backward_Twice_AddsUp()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();
        Tensor loss = x.Power(2).Sum();

        loss.Backward();
        Assert.Equal([2, 4], x.Gradient!.ToArray());
        loss.Backward();
        Assert.Equal([4, 8], x.Gradient!.ToArray());
        (x * 3).Sum().Backward();
        Assert.Equal([7, 11], x.Gradient!.ToArray());
    }

    [Fact]
    public void ZeroGradient_ThenBackward_BeginsAgainInTheSameMemory()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();
        x.Sum().Backward();
        Tensor first = x.Gradient!;
        x.ZeroGradient();
        Assert.Null(x.Gradient);

        (x * 5).Sum().Backward();

        Assert.Same(first, x.Gradient);
        Assert.Equal([5, 5], x.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_SharedGradients_DoNotDisturbEachOther()
    {
        Tensor a = Tensor.Of([1, 2]).WithGradient(), b = Tensor.Of([3, 4]).WithGradient();
        Tensor left = (a * 1).KeepGradient(), right = (b * 1).KeepGradient();
        Tensor sum = (left + right).KeepGradient();

        (sum + (left * 10)).Sum().Backward();

        Assert.Equal([1, 1], sum.Gradient!.ToArray());
        Assert.Equal([11, 11], left.Gradient!.ToArray());
        Assert.Equal([1, 1], right.Gradient!.ToArray());
        Assert.Equal([11, 11], a.Gradient!.ToArray());
        Assert.Equal([1, 1], b.Gradient!.ToArray());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backward_SharedGradientThatIsAddedTo_LeavesTheOthersAlone(bool isAddedBesides)
    {
        Tensor a = Tensor.Of([1, 2]).WithGradient(), b = Tensor.Of([3, 4]).WithGradient();
        Tensor left = a * 1, right = b * 1;
        Tensor earlier = isAddedBesides ? left.Power(2) : left.Reshape(1, 2) * 2; // computed before the sum, so backwards it comes after left and right have come to share

        ((left + right).Sum() + earlier.Sum()).Backward();

        Assert.Equal(isAddedBesides ? [3, 5] : [3, 3], a.Gradient!.ToArray());
        Assert.Equal([1, 1], b.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_OfASumOfLeaves_GivesEachAGradientOfItsOwn()
    {
        Tensor a = Tensor.Of([1, 2]).WithGradient(), b = Tensor.Of([3, 4]).WithGradient();
        (a + b).Sum().Backward();

        a.Gradient!.Values.Fill(7); // as clipping does

        Assert.Equal([1, 1], b.Gradient!.ToArray());
    }

    /// <summary>The memory of the gradient before is used again, and what the operation does not read has the slope 0.</summary>
    [Fact]
    public void Backward_OfAPart_ClearsTheRest()
    {
        int[] second = [1];
        Tensor x = Tensor.Of([1, 2, 3]).WithGradient();

        Equal([0, 1, 0], () => x.Slice(0, 1, 1));
        Equal([0, 1, 0], () => x.Select(second));
        Equal([0, 1, 0], () => x.Pick(second));
        Equal([0, 0, 1], () => x.Max(0));

        void Equal(float[] slopes, Func<Tensor> part)
        {
            x.ZeroGradient();
            (x * 5).Sum().Backward();
            x.ZeroGradient();
            part().Sum().Backward();
            Assert.Equal(slopes, x.Gradient!.ToArray());
        }
    }

    [Fact]
    public void Gradient_OfComputed_IsKeptOnRequestOnly()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();
        Tensor kept = (x * 2).KeepGradient(), dropped = x * 3;

        (kept * dropped).Sum().Backward();

        Assert.Equal([3, 6], kept.Gradient!.ToArray());
        Assert.Null(dropped.Gradient);
    }

    [Fact]
    public void Backward_TwiceThroughAKeptGradient_AddsEachOnce()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();
        Tensor kept = (x * 2).KeepGradient();
        Tensor loss = (kept * 3).Sum().KeepGradient();

        loss.Backward();
        Tensor first = kept.Gradient!;
        loss.Backward();

        Assert.Equal([12, 12], x.Gradient!.ToArray());
        Assert.Equal([3, 3], kept.Gradient!.ToArray());
        Assert.Equal([3, 3], first.ToArray());
    }

    [Fact]
    public void Detach_CutsTheGradient()
    {
        Tensor x = Tensor.Of([3]).WithGradient();

        (x * x.Detach()).Sum().Backward();

        Assert.Equal([3], x.Gradient!.ToArray());
        Assert.False(x.Detach().RequiresGradient);
    }

    [Fact]
    public void Backward_WithGradient_WeighsEachElement()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();

        (x * x).Backward(Tensor.Of([10, 1]));

        Assert.Equal([20, 4], x.Gradient!.ToArray());
    }

    [Fact]
    public void Off_RecordsNothing_UntilDisposed()
    {
        Tensor x = Tensor.Of([1, 2]).WithGradient();
        using (IDisposable outer = Gradients.Off())
        {
            using (Gradients.Off())
            {
                Assert.False(Gradients.AreOn);
            }

            Assert.False((x * 2).RequiresGradient);
            outer.Dispose();
            outer.Dispose();
            Assert.True(Gradients.AreOn);
        }

        Assert.True((x * 2).RequiresGradient);
    }

    [Fact]
    public void RequiresGradient_OfFrozenParameter_LeavesItAlone()
    {
        Tensor x = Tensor.Ones(2, 3).WithGradient(), weight = Tensor.Ones(4, 3).WithGradient(), bias = Tensor.Ones(4).WithGradient();
        weight.RequiresGradient = false;

        x.Linear(weight, bias).Sum().Backward();

        Assert.Null(weight.Gradient);
        Assert.Equal([4, 4, 4, 4, 4, 4], x.Gradient!.ToArray());
        Assert.Equal([2, 2, 2, 2], bias.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_AfterAnError_BeginsAnew()
    {
        int[] indices = [0];
        Tensor x = Tensor.Of([1, 2], 2, 1).WithGradient();
        Tensor loss = x.Power(2).Select(indices).Sum();
        indices[0] = 7;
        Assert.Throws<ArgumentException>(loss.Backward);
        indices[0] = 1;
        x.ZeroGradient();

        loss.Backward();

        Assert.Equal([0, 4], x.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_AfterAnError_LeavesNoGradientHalfAddedTo()
    {
        int[] indices = [0];
        Tensor x = Tensor.Of([1, 2], 2, 1).WithGradient(), y = Tensor.Of([3, 4], 2, 1).WithGradient();
        (x + y).Sum().Backward();
        Tensor loss = x.Select(indices).Sum() + (x * y).Sum(); // backwards, the product comes first
        indices[0] = 7;

        Assert.Throws<ArgumentException>(loss.Backward);

        Assert.Null(x.Gradient);
        Assert.Null(y.Gradient);
    }

    [Fact]
    public void Off_EndedOnAnotherThread_IsRefusedAndStaysOff()
    {
        using IDisposable off = Gradients.Off();
        Exception? refused = null;
        bool areOnThere = false;
        Thread other = new(() =>
        {
            refused = Record.Exception(off.Dispose);
            areOnThere = Gradients.AreOn;
        });
        other.Start();
        other.Join();

        Assert.StartsWith("Gradients: they were turned off on another thread", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.True(areOnThere);
        Assert.False(Gradients.AreOn);
        off.Dispose();
        Assert.True(Gradients.AreOn);
    }

    [Fact]
    public void Backward_ALongChain_NeedsNoStack()
    {
        Tensor x = Tensor.Scalar(1).WithGradient();
        Tensor y = x;
        for (int i = 0; i < 100_000; i++)
        {
            y += x;
        }

        y.Backward();

        Assert.Equal(100_001, x.Gradient!.Value);
    }

    [Fact]
    public void Backward_AnyThreads_SameBits()
    {
        uint onAll = Fingerprint();
        Compute.MaxThreads = 1;
        uint onOne = Fingerprint();
        Compute.MaxThreads = 0;

        Assert.Equal(onOne, onAll);
        Assert.Equal(onOne, Fingerprint());
    }

    private static uint Fingerprint()
    {
        RandomSource random = new(1);
        Tensor x = Tensor.Normal(random, 1, 300, 64).WithGradient(), weight = Tensor.Normal(random, 1, 96, 64).WithGradient(), gain = Tensor.Ones(96).WithGradient();
        x.Linear(weight).LayerNorm(gain).Gelu().Dropout(0.1f, random).Softmax().Power(2).Sum().Backward();
        uint hash = 2166136261;
        foreach (Tensor tensor in (Tensor[])[x, weight, gain])
        {
            foreach (float value in tensor.Gradient!.Values)
            {
                hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 16777619;
            }
        }

        return hash;
    }
}
