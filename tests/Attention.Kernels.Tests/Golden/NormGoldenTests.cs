namespace Attention.Kernels.Tests;

/// <summary>Layer norm as PyTorch computes it, and RMS norm as torch operations do.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class NormGoldenTests
{
    private const string File = "normalisation";

    [Fact]
    public void LayerNorm_EveryForm_IsPyTorchs()
    {
        GoldenCase golden = GoldenCase.Read(File, "layer norm");
        RowShape shape = new(golden.Integer("rows"), golden.Integer("columns"));
        float[] x = golden.Input("input"), gain = golden.Input("gain"), bias = golden.Input("bias"), gradient = golden.Input("outputGradient");
        foreach (Form form in Forms.Supported)
        {
            float[] y = new float[x.Length], mean = new float[shape.Rows], reciprocal = new float[shape.Rows];
            float[] dx = new float[x.Length], dgain = new float[shape.Columns], dbias = new float[shape.Columns];
            LayerNorm.Forward(shape, x, gain, bias, y, mean, reciprocal, options: form.Options());
            LayerNorm.Backward(shape, x, gain, mean, reciprocal, gradient, dx, dgain, dbias, form.Options());
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "gainGradient", dgain, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "biasGradient", dbias, $"{form}");
        }
    }

    [Fact]
    public void RmsNorm_EveryForm_IsPyTorchs()
    {
        GoldenCase golden = GoldenCase.Read(File, "rms norm");
        RowShape shape = new(golden.Integer("rows"), golden.Integer("columns"));
        float[] x = golden.Input("input"), gain = golden.Input("gain"), gradient = golden.Input("outputGradient");
        foreach (Form form in Forms.Supported)
        {
            float[] y = new float[x.Length], reciprocal = new float[shape.Rows], dx = new float[x.Length], dgain = new float[shape.Columns];
            RmsNorm.Forward(shape, x, gain, y, reciprocal, options: form.Options());
            RmsNorm.Backward(shape, x, gain, reciprocal, gradient, dx, dgain, form.Options());
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "gainGradient", dgain, $"{form}");
        }
    }
}
