namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LogSoftmaxGoldenTests
{
    [Fact]
    public void LogSoftmax_EveryForm_IsPyTorchs()
    {
        GoldenCase golden = GoldenCase.Read("logits", "log-softmax");
        RowShape shape = new(golden.Integer("rows"), golden.Integer("columns"));
        float[] x = golden.Input("input"), gradient = golden.Input("outputGradient");
        foreach (Form form in Forms.Supported)
        {
            float[] y = new float[x.Length], dx = new float[x.Length];
            LogSoftmax.Forward(shape, x, y, form.Options());
            LogSoftmax.Backward(shape, y, gradient, dx, form.Options());
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx, $"{form}");
        }
    }
}
