namespace Attention.Kernels.Tests;

/// <summary>The functions between two layers, as PyTorch computes them.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class ActivationGoldenTests
{
    private delegate void Forward(ReadOnlySpan<float> x, Span<float> y, KernelOptions options);

    private delegate void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options);

    [Fact]
    public void Gelu_EveryForm_IsPyTorchs() => Hold("gelu", Gelu.Forward, Gelu.Backward);

    [Fact]
    public void GeluTanh_EveryForm_IsPyTorchs() => Hold("gelu, tanh", Gelu.ForwardTanh, Gelu.BackwardTanh);

    [Fact]
    public void Silu_EveryForm_IsPyTorchs() => Hold("silu", Silu.Forward, Silu.Backward);

    [Fact]
    public void Relu_EveryForm_IsPyTorchs() => Hold("relu", Relu.Forward, Relu.Backward);

    private static void Hold(string name, Forward forward, Backward backward)
    {
        GoldenCase golden = GoldenCase.Read("activations", name);
        float[] x = golden.Input("input"), gradient = golden.Input("outputGradient");
        foreach (Form form in Forms.Supported)
        {
            float[] y = new float[x.Length], dx = new float[x.Length];
            forward(x, y, form.Options());
            backward(x, gradient, dx, form.Options());
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx, $"{form}");
        }
    }
}
