namespace Attention.Kernels.Tests;

internal delegate void ExponentialForward(ReadOnlySpan<float> x, Span<float> y);

internal delegate void ExponentialBackward(ReadOnlySpan<float> y, ReadOnlySpan<float> yGradient, Span<float> xGradient);

internal static class ExponentialCalls
{
    public static ExponentialForward Forward(Form form) => form switch
    {
        Form.Door => Exponential.Forward,
        Form.Lanes512 => Exponential.ForwardSimd<Lanes512>,
        Form.Lanes256 => Exponential.ForwardSimd<Lanes256>,
        Form.Lanes128 => Exponential.ForwardSimd<Lanes128>,
        _ => Exponential.ForwardSimd<Lanes1>,
    };

    public static ExponentialBackward Backward(Form form) => form switch
    {
        Form.Door => Exponential.Backward,
        Form.Lanes512 => Exponential.BackwardSimd<Lanes512>,
        Form.Lanes256 => Exponential.BackwardSimd<Lanes256>,
        Form.Lanes128 => Exponential.BackwardSimd<Lanes128>,
        _ => Exponential.BackwardSimd<Lanes1>,
    };
}
