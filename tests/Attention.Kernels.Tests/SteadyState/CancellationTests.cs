namespace Attention.Kernels.Tests;

[Collection(Alone.Name)]
public sealed class CancellationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(3)]
    public void Forward_AlreadyCancelled_Throws(int threads)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×2×9×9×4"), MaskKind.None, seed: 411);
        using CancellationTokenSource source = new();
        source.Cancel();
        AttentionOptions options = new() { MaxThreads = threads, Cancellation = source.Token };
        foreach (AttentionForward forward in (AttentionForward[])[ScaledDotProduct.Forward, AttentionCalls.Naive])
        {
            OperationCanceledException thrown = Assert.ThrowsAny<OperationCanceledException>(
                () => forward(problem.Shape, problem.Query, problem.Key, problem.Value, new float[problem.Sizes.Output], default, default, options));
            Assert.Equal(source.Token, thrown.CancellationToken);
        }
    }

    /// <summary>The problem takes many seconds; a call that ignored its token would come to its end and throw nothing.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Forward_CancelledWhileAtWork_Throws(int threads)
    {
        AttentionShape shape = new(1, 8, 8, 20_000, 20_000, 64, 64);
        float[] values = new Draw(412).Normal(new Sizes(shape).Query);
        float[] output = new float[values.Length];
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        AttentionOptions options = new() { MaxThreads = threads, Cancellation = source.Token };
        Task call = Task.Run(() => ScaledDotProduct.Forward(shape, values, values, values, output, options: options), TestContext.Current.CancellationToken);

        // The first written outputs show that the work has begun. This thread keeps watch itself: the kernel may hold all of the pool's.
        while (!call.IsCompleted && output.AsSpan().IndexOfAnyExcept(0) < 0)
        {
            Thread.Sleep(5);
        }

        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, thrown.CancellationToken);
        Assert.Contains(0f, output);
    }

    /// <summary>The problem takes many seconds; threads that wait for each other must all notice.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Backward_CancelledWhileAtWork_Throws(int threads)
    {
        AttentionShape shape = new(1, 1, 1, 40_000, 40_000, 64, 64);
        float[] values = new Draw(414).Normal(new Sizes(shape).Query);
        float[] rows = new float[40_000], queries = new float[values.Length], keys = new float[values.Length], slopes = new float[values.Length];
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        AttentionOptions options = new() { MaxThreads = threads, Cancellation = source.Token };
        Task call = Task.Run(
            () => ScaledDotProduct.Backward(shape, values, values, values, values, rows, values, queries, keys, slopes, options: options), TestContext.Current.CancellationToken);
        while (!call.IsCompleted && queries.AsSpan().IndexOfAnyExcept(0) < 0)
        {
            Thread.Sleep(5);
        }

        await source.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, thrown.CancellationToken);
    }

    [Fact]
    public void Forward_AfterACancelledCall_WorksAsBefore()
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×2×70×300×16"), MaskKind.Causal, seed: 413);
        using CancellationTokenSource source = new();
        source.Cancel();
        AttentionOptions options = new() { Cancellation = source.Token };
        Assert.ThrowsAny<OperationCanceledException>(
            () => ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, new float[problem.Sizes.Output], options: options));
        new AttentionJudge(problem).Assert("after a cancelled call", AttentionCalls.Forward(Form.Door).Run(problem, maxThreads: 0));
    }
}
