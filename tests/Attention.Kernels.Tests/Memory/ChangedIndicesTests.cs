using System.Diagnostics;

namespace Attention.Kernels.Tests;

/// <summary>The caller's indices may change on another thread after the door has checked them: the kernels must stay in their buffers all the same.</summary>
public sealed class ChangedIndicesTests
{
    private const int Count = 2000, Width = 4;

    [Fact]
    public async Task Kernels_IndicesChangedMeanwhile_StayInTheirBuffers()
    {
        int[] indices = new int[Count];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task vandal = Task.Run(
            () =>
            {
                for (int i = 0; !stop.IsCancellationRequested; i = (i + 1) % Count)
                {
                    Volatile.Write(ref indices[i], 1 << 28);
                    Volatile.Write(ref indices[i], 0);
                }
            },
            TestContext.Current.CancellationToken);
        using Fences fences = new(Fence.End);
        float[] values = new Draw(91).Normal(Count * Width);
        Memory<float> table = fences.Input(values.AsSpan(0, 3 * Width), "table"), rows = fences.Input(values, "rows"), y = fences.InPlace(values, "y"), few = fences.InPlace(values.AsSpan(0, 3 * Width), "few");
        RotaryTable turns = new(8, Width);
        KernelOptions alone = new() { MaxThreads = 1 };
        Action[] calls =
        [
            () => Embedding.Forward(new(Count, 3, Width), indices, table.Span, y.Span, alone),
            () => Embedding.Backward(new(Count, 3, Width), indices, rows.Span, few.Span, alone),
            () => CrossEntropy.Forward(new(Count, Width), rows.Span, indices, options: alone),
            () => CrossEntropy.Backward(new(Count, Width), rows.Span, indices, default, y.Span, options: alone),
            () => RotaryPositions.Forward(new(Count, 1, 1, Width), turns, rows.Span, y.Span, indices, alone),
            () => HardAttention.Backward(new(1, Count, 3, Width), indices, rows.Span, few.Span, alone),
        ];
        foreach (Action call in calls)
        {
            int passed = 0;
            for (Stopwatch watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < 150;)
            {
                try
                {
                    call();
                    passed++;
                }
                catch (ArgumentException)
                {
                    // The door saw the change: that is its right.
                }
            }

            Assert.True(passed > 0, "no call came past its door");
        }

        await stop.CancelAsync();
        await vandal;
        fences.AssertIntact();
    }
}
