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

    [Theory]
    [InlineData("adam", 0f)]
    [InlineData("adamw", 0.1f)]
    public void Adam_EveryForm_StepsAsPyTorchs(string name, float decay)
    {
        GoldenCase golden = GoldenCase.Read("training", name);
        int count = golden.Integer("count"), steps = golden.Integer("steps");
        float[] gradients = golden.Input("gradients");
        AdamOptions adam = new() { LearningRate = 1e-2f, WeightDecay = decay };
        foreach (Form form in Forms.Supported)
        {
            float[] parameters = golden.Input("parameters"), mean = new float[count], square = new float[count], after = new float[steps * count];
            for (int step = 0; step < steps; step++)
            {
                Adam.Step(step + 1, gradients.AsSpan(step * count, count), parameters, mean, square, adam, form.Options());
                parameters.CopyTo(after.AsSpan(step * count));
            }

            golden.Holds(ErrorBudget.Forward, "after", after, $"{form}");
            golden.Holds(ErrorBudget.Forward, "firstMoment", mean, $"{form}");
            golden.Holds(ErrorBudget.Forward, "secondMoment", square, $"{form}");
        }
    }

    [Theory]
    [InlineData("sgd", false)]
    [InlineData("sgd, nesterov", true)]
    public void Sgd_EveryForm_StepsAsPyTorchs(string name, bool nesterov)
    {
        GoldenCase golden = GoldenCase.Read("training", name);
        int count = golden.Integer("count"), steps = golden.Integer("steps");
        float[] gradients = golden.Input("gradients");
        SgdOptions sgd = new() { LearningRate = 0.1f, Momentum = 0.9f, Nesterov = nesterov, WeightDecay = 0.01f };
        foreach (Form form in Forms.Supported)
        {
            float[] parameters = golden.Input("parameters"), velocity = new float[count], after = new float[steps * count];
            for (int step = 0; step < steps; step++)
            {
                Sgd.Step(gradients.AsSpan(step * count, count), parameters, velocity, sgd, form.Options());
                parameters.CopyTo(after.AsSpan(step * count));
            }

            golden.Holds(ErrorBudget.Forward, "after", after, $"{form}");
            golden.Holds(ErrorBudget.Forward, "velocity", velocity, $"{form}");
        }
    }

    /// <summary>PyTorch divides by the norm and a millionth; at this norm that is two parts in ten million, within the four units that every budget adds.</summary>
    [Theory]
    [InlineData("clip, too long")]
    [InlineData("clip, short enough")]
    public void ByNorm_EveryForm_ClipsAsPyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read("training", name);
        foreach (Form form in Forms.Supported)
        {
            float[] gradients = golden.Input("gradients");
            double norm = GradientClip.ByNorm([gradients.AsMemory()], golden.Number("limit"), form.Options());
            golden.Holds(ErrorBudget.Forward, "norm", [(float)norm], $"{form}");
            golden.Holds(ErrorBudget.Forward, "clipped", gradients, $"{form}");
        }
    }
}
