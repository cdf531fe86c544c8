namespace Attention.Kernels.Tests;

internal static partial class SoakCases
{
    private static Dictionary<string, SoakCase> OfLearning => new()
    {
        ["CrossEntropy.Forward"] = run =>
        {
            (RowShape shape, Memory<float> logits, Memory<int> targets, CrossEntropyOptions loss) = Surprise(run);
            Memory<float> losses = run.OutOrNothing(shape.Rows);
            return () => CrossEntropy.Forward(shape, logits.Span, targets.Span, losses.Span, loss, run.Options);
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
    };

    private static (RowShape Shape, Memory<float> Logits, Memory<int> Targets, CrossEntropyOptions Loss) Surprise(SoakRun run)
    {
        RowShape shape = new(run.Draw.Integer(0, 12), run.Width());
        CrossEntropyOptions loss = new() { LabelSmoothing = run.Draw.Pick(0f, 0.1f), IgnoreIndex = run.Draw.Pick<int?>(null, 0) };
        return (shape, run.In(shape.Rows * shape.Columns), run.Integers(shape.Rows, shape.Columns), loss);
    }
}
