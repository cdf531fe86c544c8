namespace Attention.Models.Tests.Models.Transformers;

/// <summary>What a training step leaves behind. The pool that tensors live in is one for all threads, so nothing runs beside these tests.</summary>
[Collection(Learning.Name)]
public sealed class GptSteadyStateTests
{
    /// <summary>A step of training leaves to the collector what its operations are described by, not their numbers: as much for a small model as for one of 16 times the numbers.</summary>
    [Fact]
    public void Loss_InSteadyState_AllocatesByTheOperationsAndNotBySizes()
    {
        const int BytesPerOperation = 1000;
        (long small, int operations) = BytesOfAStep(width: 16, context: 16);
        (long large, _) = BytesOfAStep(width: 64, context: 64);

        Assert.InRange(small, 0, BytesPerOperation * operations);
        Assert.InRange(large, 0, small + (64 * 4 * 2 * sizeof(int)) + 4096); // inputs and targets are arrays

        static (long Bytes, int Operations) BytesOfAStep(int width, int context)
        {
            Gpt gpt = new(new(32) { Context = context, Width = width, Heads = 2, Layers = 2, Dropout = 0.1f }, new(1));
            AdamOptimizer optimizer = new(gpt.NamedParameters, 1e-3) { ClipNorm = 1 };
            int[] text = [.. Enumerable.Range(0, 4 * (context + 1)).Select(i => i % 32)];
            int operations = Graph.Of(gpt.Loss(text, batch: 4)).Nodes.Count;
            for (int step = 0; step < 5; step++)
            {
                Step();
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 0; step < 10; step++)
            {
                Step();
            }

            return ((GC.GetAllocatedBytesForCurrentThread() - before) / 10, operations);

            void Step()
            {
                using MemoryScope scope = Memory.Scope();
                gpt.Loss(text, batch: 4).Backward();
                optimizer.Step();
            }
        }
    }
}
