namespace Attention.Kernels.Tests;

/// <summary>What a training step calls beside matmul and attention costs the garbage collector nothing.</summary>
[Collection(Alone.Name)]
public sealed class LayerAllocationTests
{
    [Fact]
    public void LayersLossAndUpdates_Repeated_AllocateNothing()
    {
        RowShape shape = new(40, 300);
        Draw draw = new(431);
        float[] x = draw.Normal(12_000), y = new float[12_000], dx = new float[12_000], gain = draw.Normal(300), dGain = new float[300], dBias = new float[300];
        float[] mean = new float[40], reciprocal = new float[40], means = new float[12_000], squares = new float[12_000];
        int[] targets = [.. Enumerable.Range(0, 40)];
        EmbeddingShape embedding = new(40, 40, 300);
        void Step(int step)
        {
            Embedding.Forward(embedding, targets, x, y);
            LayerNorm.Forward(shape, x, gain, gain, y, mean, reciprocal);
            LayerNorm.Backward(shape, y, x, gain, mean, reciprocal, dx, dGain, dBias);
            RmsNorm.Forward(shape, x, gain, y, reciprocal);
            RmsNorm.Backward(shape, y, x, gain, reciprocal, dx, dGain);
            Gelu.Forward(x, y);
            Gelu.Backward(x, y, dx);
            Silu.Forward(x, y);
            Relu.Backward(x, y, dx);
            Dropout.Forward(0.1f, 7, x, y);
            _ = CrossEntropy.Forward(shape, x, targets);
            CrossEntropy.Backward(shape, x, targets, default, dx);
            Embedding.Backward(embedding, targets, dx, y);
            _ = GradientClip.SquaredNorm(dx);
            GradientClip.ByValue(dx, 1);
            Adam.Step(step, dx, x, means, squares, new AdamOptions());
        }

        long fewest = long.MaxValue;
        for (int batch = 0; batch < 5 && fewest > 0; batch++)
        {
            Step(1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int step = 2; step < 22; step++)
            {
                Step(step);
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(fewest == 0, $"{fewest} bytes in 20 steps");
    }
}
