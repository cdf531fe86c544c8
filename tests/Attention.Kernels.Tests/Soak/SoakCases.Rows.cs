namespace Attention.Kernels.Tests;

internal static partial class SoakCases
{
    private static Dictionary<string, SoakCase> OfRows => new()
    {
        ["Exponential.Forward"] = Forward(static (_, x, y, run) => Exponential.Forward(x, y, run.Options)),
        ["Exponential.Backward"] = Backward(static (_, y, slopes, gradient, run) => Exponential.Backward(y, slopes, gradient, run.Options)),
        ["Softmax.Forward"] = Forward(static (shape, scores, weights, run) => Softmax.Forward(shape, scores, weights, Cooled(run))),
        ["Softmax.Backward"] = Backward(static (shape, weights, slopes, gradient, run) => Softmax.Backward(shape, weights, slopes, gradient, Cooled(run))),
    };
}
