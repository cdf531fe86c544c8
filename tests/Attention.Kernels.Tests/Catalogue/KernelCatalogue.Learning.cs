namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfLearning => new()
    {
        ["CrossEntropy.Forward"] = run =>
        {
            (RowShape shape, Memory<float> logits, Memory<int> targets, CrossEntropyOptions loss) = Surprise(run);
            Memory<float> losses = run.OutOrNothing(shape.Rows);
            Memory<float> mean = run.Out(1);
            return () => mean.Span[0] = CrossEntropy.Forward(shape, logits.Span, targets.Span, losses.Span, loss, run.Options);
        },
        ["CrossEntropy.Backward"] = run =>
        {
            (RowShape shape, Memory<float> logits, Memory<int> targets, CrossEntropyOptions loss) = Surprise(run);
            Memory<float> slopes = run.Draw.Coin() ? run.In(shape.Rows) : default, gradient = run.Out(logits.Length);
            return () => CrossEntropy.Backward(shape, logits.Span, targets.Span, slopes.Span, gradient.Span, loss, run.Options);
        },
        ["Embedding.Forward"] = run =>
        {
            EmbeddingShape shape = new(run.Length(), run.Width(), run.Length());
            Memory<int> tokens = run.Integers(shape.Tokens, shape.Vocabulary);
            Memory<float> table = run.In(shape.Vocabulary * shape.Width), y = run.Out(shape.Tokens * shape.Width);
            return () => Embedding.Forward(shape, tokens.Span, table.Span, y.Span, run.Options);
        },
        ["Embedding.Backward"] = run =>
        {
            EmbeddingShape shape = new(run.Length(), run.Width(), run.Length());
            Memory<int> tokens = run.Integers(shape.Tokens, shape.Vocabulary);
            Memory<float> slopes = run.In(shape.Tokens * shape.Width), table = run.Out(shape.Vocabulary * shape.Width);
            return () => Embedding.Backward(shape, tokens.Span, slopes.Span, table.Span, run.Options);
        },
        ["Dropout.Forward"] = Forward(static (_, x, y, run) => Dropout.Forward(0.3f, 7, x, y, run.Options)),
        ["Dropout.Backward"] = Forward(static (_, slopes, gradient, run) => Dropout.Backward(0.3f, 7, slopes, gradient, run.Options)),
        ["Adam.Step"] = run =>
        {
            Memory<float> gradient = run.In(run.Length()), parameters = run.InOut(gradient.Length), mean = run.InOut(gradient.Length), square = run.InOut(gradient.Length);
            AdamOptions adam = new() { WeightDecay = run.Draw.Pick(0f, 0.1f) };
            return () => Adam.Step(3, gradient.Span, parameters.Span, mean.Span, square.Span, adam, run.Options);
        },
        ["Sgd.Step"] = run =>
        {
            SgdOptions sgd = run.Draw.Pick<SgdOptions>(new(), new() { Momentum = 0.9f }, new() { Momentum = 0.5f, Nesterov = true, WeightDecay = 0.1f });
            Memory<float> gradient = run.In(run.Length()), parameters = run.InOut(gradient.Length), velocity = run.InOut(sgd.Momentum == 0 ? 0 : gradient.Length);
            return () => Sgd.Step(gradient.Span, parameters.Span, velocity.Span, sgd, run.Options);
        },
        ["GradientClip.SquaredNorm"] = run =>
        {
            Memory<float> gradient = run.In(run.Length()), norm = run.Out(1);
            return () => norm.Span[0] = (float)GradientClip.SquaredNorm(gradient.Span, run.Options);
        },
        ["GradientClip.Apply"] = run =>
        {
            Memory<float> gradient = run.InOut(run.Length());
            return () => GradientClip.Apply(gradient.Span, 0.5f, run.Options);
        },
        ["GradientClip.ByNorm"] = run =>
        {
            Memory<float>[] gradients = [.. Enumerable.Range(0, run.Several(3)).Select(_ => run.InOut(run.Length()))];
            return () => _ = GradientClip.ByNorm(gradients, 1, run.Options);
        },
        ["GradientClip.ByValue"] = run =>
        {
            Memory<float> gradient = run.InOut(run.Length());
            return () => GradientClip.ByValue(gradient.Span, 0.01f, run.Options);
        },
    };

    private static (RowShape Shape, Memory<float> Logits, Memory<int> Targets, CrossEntropyOptions Loss) Surprise(CatalogueRun run)
    {
        RowShape shape = run.Rows();
        shape = shape with { Columns = Math.Max(1, shape.Columns) };
        CrossEntropyOptions loss = new() { LabelSmoothing = run.Draw.Pick(0f, 0.1f), IgnoreIndex = run.Draw.Pick<int?>(null, 0) };
        return (shape, run.In(shape.Rows * shape.Columns), run.Integers(shape.Rows, shape.Columns), loss);
    }
}
