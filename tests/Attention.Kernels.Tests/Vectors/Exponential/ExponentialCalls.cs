namespace Attention.Kernels.Tests;

internal delegate void ExponentialForward(ReadOnlySpan<float> x, Span<float> y);

internal delegate void ExponentialBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient);

internal static class ExponentialCalls
{
    public static ExponentialForward Forward(Form form) => (x, y) => Exponential.Forward(x, y, form.Options());

    public static ExponentialBackward Backward(Form form) => (y, yGradient, xGradient) => Exponential.Backward(y, yGradient, xGradient, form.Options());
}
