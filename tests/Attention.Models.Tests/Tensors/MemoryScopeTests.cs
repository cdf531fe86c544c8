namespace Attention.Models.Tests.Tensors;

public sealed class MemoryScopeTests
{
    [Fact]
    public void Values_AfterTheScope_AreRefusedByName()
    {
        Tensor x = Tensor.Ones(2, 3), y, named;
        using (Memory.Scope())
        {
            y = x.WithGradient() * 2;
            named = x + 1;
            named.Name = "hidden";
            Assert.Equal(2, y[1, 2]);
        }

        Assert.Equal(1, x[1, 2]);
        Assert.Contains("Scale [2, 3]: its memory scope has ended", Assert.Throws<ObjectDisposedException>(() => y.ToArray()).Message, StringComparison.Ordinal);
        Assert.Contains("hidden [2, 3]: its memory scope has ended", Assert.Throws<ObjectDisposedException>(() => named + 1).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => y.Reshape(6));
        Assert.Throws<ObjectDisposedException>(() => y.Sum().Backward());
    }

    [Fact]
    public void Values_WhoseMemoryIsUsedAgain_AreStillRefused()
    {
        Tensor first;
        using (Memory.Scope())
        {
            first = Tensor.Ones(1000);
        }

        using (Memory.Scope())
        {
            Tensor[] others = [.. Enumerable.Range(0, 20).Select(_ => Tensor.Ones(1000))];
            Assert.Throws<ObjectDisposedException>(() => first.ToArray());
            Assert.All(others, other => Assert.Equal(1000, other.Sum().Value));
        }
    }

    [Fact]
    public void Keep_LetsATensorOutliveItsScopes()
    {
        Tensor kept, view;
        using (MemoryScope outer = Memory.Scope())
        {
            Tensor middle;
            using (MemoryScope inner = Memory.Scope())
            {
                middle = inner.Keep(Tensor.Ones(3).WithGradient() * 4);
            }

            Assert.False(middle.RequiresGradient);
            view = middle.Reshape(3, 1);
            kept = outer.Keep(middle);
        }

        Assert.Equal([4, 4, 4], kept.ToArray());
        Assert.Equal([4, 4, 4], view.ToArray());
    }

    [Fact]
    public void Keep_InAnInnerScope_LivesAsLongAsTheOuter()
    {
        Tensor kept;
        using (Memory.Scope())
        {
            using (MemoryScope inner = Memory.Scope())
            {
                kept = inner.Keep(Tensor.Ones(3));
            }

            Assert.Equal([1, 1, 1], kept.ToArray());
        }

        Assert.Throws<ObjectDisposedException>(() => kept.ToArray());
    }

    [Fact]
    public void Keep_AnEndedTensor_IsRefused()
    {
        Tensor ended;
        using (Memory.Scope())
        {
            ended = Tensor.Ones(3);
        }

        using MemoryScope scope = Memory.Scope();
        Assert.Throws<ObjectDisposedException>(() => scope.Keep(ended));
    }

    [Fact]
    public void Keep_ALeaf_StillAsksForItsGradient()
    {
        Tensor weight = Tensor.Ones(2).WithGradient(), leaf;
        (weight * 5).Sum().Backward();
        using (MemoryScope scope = Memory.Scope())
        {
            leaf = scope.Keep(Tensor.Ones(2).WithGradient());
            (leaf * 2).Sum().Backward();
            scope.Keep(leaf);
            scope.Keep(weight);
        }

        Assert.Equal([5, 5], weight.Gradient!.ToArray());
        (leaf * weight * 3).Sum().Backward();
        Assert.Equal([8, 8], weight.Gradient!.ToArray());
        Assert.Equal([5, 5], leaf.Gradient!.ToArray());
    }

    [Fact]
    public void Keep_ALeafWhoseGradientEndsWithTheScope_BeginsANewOne()
    {
        Tensor leaf;
        using (MemoryScope scope = Memory.Scope())
        {
            leaf = Tensor.Ones(2).WithGradient();
            (leaf * 2).Sum().Backward();
            scope.Keep(leaf);
        }

        Assert.Null(leaf.Gradient);
        (leaf * 3).Sum().Backward();
        Assert.Equal([3, 3], leaf.Gradient!.ToArray());
    }

    [Fact]
    public void Backward_InAScope_LeavesParametersTheirGradients()
    {
        Tensor weight = Tensor.Ones(2, 2).WithGradient();
        for (int step = 0; step < 3; step++)
        {
            using (Memory.Scope())
            {
                Tensor x = Tensor.Ones(1, 2).WithGradient();
                x.Linear(weight).Sum().Backward();
                Assert.Equal([2, 2], x.Gradient!.ToArray());
            }
        }

        Assert.Equal([3, 3, 3, 3], weight.Gradient!.ToArray());
    }

    [Fact]
    public void Dispose_OutOfOrder_IsRefused()
    {
        MemoryScope outer = Memory.Scope(), inner = Memory.Scope();

        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        inner.Dispose();
        outer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => outer.Keep(Tensor.Ones(1)));
    }

    [Fact]
    public void Rent_AnySize_HasRoomAndWastesLittle()
    {
        for (int count = 0; count < 1 << 20; count = (count * 9 / 8) + 1)
        {
            Storage storage = StoragePool.Rent(count);
            Assert.InRange(storage.Capacity, count, Math.Max(64, (count * 5 / 4) + 1));
            StoragePool.Return(storage);
        }
    }

    /// <summary>What a step leaves to the collector is small objects: per operation the tensor, its shape and its entry on the tape.</summary>
    [Fact]
    public void Scope_SteadyState_AllocatesNoNumbers()
    {
        const int Operations = 13, BytesPerOperation = 700;
        Tensor weight = Tensor.Normal(new(1), 1, 64, 64).WithGradient(), gain = Tensor.Ones(64).WithGradient();
        Tensor x = Tensor.Normal(new(2), 1, 4, 50, 64);
        for (int step = 0; step < 5; step++)
        {
            Step();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 10; step++)
        {
            Step();
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        Assert.InRange(bytes, 0, Operations * BytesPerOperation);

        void Step()
        {
            using MemoryScope scope = Memory.Scope();
            Tensor h = x + x.LayerNorm(gain).Linear(weight).Gelu();
            Tensor heads = h.Reshape(4, 50, 4, 16);
            h += Tensor.Attention(heads, heads, heads, options: new() { Layout = Kernels.AttentionLayout.LengthFirst }).Reshape(4, 50, 64);
            weight.ZeroGradient();
            gain.ZeroGradient();
            (h * h).Sum().Backward();
        }
    }
}
