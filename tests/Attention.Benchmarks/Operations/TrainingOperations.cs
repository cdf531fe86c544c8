using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>What only training needs: memory is the limit of all of it.</summary>
internal static class TrainingOperations
{
    private static readonly RowShape Logits = new(512, 8192);
    private static readonly int Count = Logits.Rows * Logits.Columns;

    internal static IEnumerable<Operation> All =>
    [
        new("CrossEntropy.Forward", "512x8192", Work.Memory(Count, Logits.Rows, Count), b =>
        {
            int[] targets = Buffers.Indices(Logits.Rows, Logits.Columns);
            FloatBuffer logits = b.Normal(Count), losses = b.Result(Logits.Rows);
            return () => CrossEntropy.Forward(Logits, logits.Span, targets, losses.Span, options: b.Options);
        }),
        new("CrossEntropy.Backward", "512x8192", Work.Memory(Count, Count, Count), b =>
        {
            int[] targets = Buffers.Indices(Logits.Rows, Logits.Columns);
            FloatBuffer logits = b.Normal(Count), g = b.Normal(Logits.Rows), logitsGradient = b.Result(Count);
            return () => CrossEntropy.Backward(Logits, logits.Span, targets, g.Span, logitsGradient.Span, options: b.Options);
        }),
        new("Adam.Step", "4194304", Work.InPlace(4.0 * Count, 3.0 * Count), b =>
        {
            FloatBuffer gradient = b.Normal(Count), parameters = b.Normal(Count), mean = b.Result(Count), meanSquare = b.Result(Count);
            long step = 0;
            return () => Adam.Step(++step, gradient.Span, parameters.Span, mean.Span, meanSquare.Span, new AdamOptions(), b.Options);
        }),
        new("Sgd.Step", "4194304", Work.InPlace(3.0 * Count, 2.0 * Count), b =>
        {
            FloatBuffer gradient = b.Normal(Count), parameters = b.Normal(Count), velocity = b.Result(Count);
            return () => Sgd.Step(gradient.Span, parameters.Span, velocity.Span, new() { LearningRate = 1e-6f, Momentum = 0.9f }, b.Options);
        }),
        new("GradientClip.SquaredNorm", "4194304", Work.Memory(Count, 0), b =>
        {
            FloatBuffer gradient = b.Normal(Count);
            return () => GradientClip.SquaredNorm(gradient.Span, b.Options);
        }),
        new("GradientClip.Apply", "4194304", Work.InPlace(Count, Count), b =>
        {
            FloatBuffer gradient = b.Normal(Count);
            return () => GradientClip.Apply(gradient.Span, -1, b.Options);
        }),
        new("GradientClip.ByNorm", "4194304", Work.InPlace(2.0 * Count, Count), b =>
        {
            // A limit that falls from run to run, so that every run scales.
            float limit = 1000;
            Memory<float>[] gradients = [b.Normal(Count).Span.ToArray()];
            return () => GradientClip.ByNorm(gradients, limit *= 0.999f, b.Options);
        }),
        new("GradientClip.ByValue", "4194304", Work.InPlace(Count, Count), b =>
        {
            FloatBuffer gradient = b.Normal(Count);
            return () => GradientClip.ByValue(gradient.Span, 1, b.Options);
        }),
    ];
}
