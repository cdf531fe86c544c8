namespace Attention.Kernels.Tests;

/// <summary>Losses, embeddings and optimisers as PyTorch computes them.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class LearningGoldenTests
{
    [Theory]
    [InlineData("cross-entropy", 0f)]
    [InlineData("cross-entropy, smoothing 0.1", 0.1f)]
    public void CrossEntropy_EveryForm_IsPyTorchs(string name, float smoothing)
    {
        GoldenCase golden = GoldenCase.Read("logits", name);
        RowShape shape = new(golden.Integer("rows"), golden.Integer("columns"));
        CrossEntropyOptions loss = new() { LabelSmoothing = smoothing, IgnoreIndex = golden.Integer("ignored") };
        float[] logits = golden.Input("input");
        int[] targets = golden.Integers("targets");
        foreach (Form form in Forms.Supported)
        {
            float[] losses = new float[shape.Rows], gradient = new float[logits.Length];
            float mean = CrossEntropy.Forward(shape, logits, targets, losses, loss, form.Options());
            CrossEntropy.Backward(shape, logits, targets, [], gradient, loss, form.Options());
            golden.Holds(ErrorBudget.Forward, "loss", [mean], $"{form}");
            golden.Holds(ErrorBudget.Forward, "losses", losses, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", gradient, $"{form}");
        }
    }

    [Fact]
    public void Embedding_EveryForm_IsPyTorchs()
    {
        GoldenCase golden = GoldenCase.Read("training", "embedding");
        int[] tokens = golden.Integers("tokens");
        EmbeddingShape shape = new(tokens.Length, golden.Integer("rows"), golden.Integer("width"));
        foreach (Form form in Forms.Supported)
        {
            float[] y = new float[shape.Tokens * shape.Width], gradient = new float[shape.Vocabulary * shape.Width];
            Embedding.Forward(shape, tokens, golden.Input("table"), y, form.Options());
            Embedding.Backward(shape, tokens, golden.Input("outputGradient"), gradient, form.Options());
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "tableGradient", gradient, $"{form}");
        }
    }
}
