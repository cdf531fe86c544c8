namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfRows => new()
    {
        ["Exponential.Forward"] = Forward(static (_, x, y, run) => Exponential.Forward(x, y, run.Options)),
        ["Exponential.Backward"] = Backward(static (_, y, slopes, gradient, run) => Exponential.Backward(y, slopes, gradient, run.Options)),
        ["Gelu.Forward"] = Forward(static (_, x, y, run) => Gelu.Forward(x, y, run.Options)),
        ["Gelu.Backward"] = Backward(static (_, x, slopes, gradient, run) => Gelu.Backward(x, slopes, gradient, run.Options)),
        ["Gelu.ForwardTanh"] = Forward(static (_, x, y, run) => Gelu.ForwardTanh(x, y, run.Options)),
        ["Gelu.BackwardTanh"] = Backward(static (_, x, slopes, gradient, run) => Gelu.BackwardTanh(x, slopes, gradient, run.Options)),
        ["Relu.Forward"] = Forward(static (_, x, y, run) => Relu.Forward(x, y, run.Options)),
        ["Relu.Backward"] = Backward(static (_, x, slopes, gradient, run) => Relu.Backward(x, slopes, gradient, run.Options)),
        ["Silu.Forward"] = Forward(static (_, x, y, run) => Silu.Forward(x, y, run.Options)),
        ["Silu.Backward"] = Backward(static (_, x, slopes, gradient, run) => Silu.Backward(x, slopes, gradient, run.Options)),
        ["Softmax.Forward"] = Forward(static (shape, scores, weights, run) => Softmax.Forward(shape, scores, weights, Cooled(run))),
        ["Softmax.Backward"] = Backward(static (shape, weights, slopes, gradient, run) => Softmax.Backward(shape, weights, slopes, gradient, Cooled(run))),
    };
}
