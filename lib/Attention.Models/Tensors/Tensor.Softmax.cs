using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Weights along an axis, positive and of sum 1: <c>e^(x / T) / Σ e^(x / T)</c>. Where all are −∞ the weights are 0.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="temperature">T: below 1 the weights gather on the largest, above 1 they even out.</param>
    /// <exception cref="ArgumentException">There is no such axis, or the temperature is not a positive number.</exception>
    public Tensor Softmax(int axis = -1, float temperature = 1)
    {
        AxisShape shape = AxisOf("Softmax", ref axis);
        SoftmaxOptions options = new() { Temperature = temperature, MaxThreads = Compute.MaxThreads };
        Tensor y = Uninitialized(Shape);
        Kernels.Softmax.ForwardAlongAxis(shape, Values, y.Values, options);
        return y.Recorded(
            "Softmax",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.Softmax.BackwardAlongAxis(shape, y.Values, dy, dx.Values, options);
            },
            this);
    }

    /// <summary>The logarithm of <see cref="Softmax"/>, where the softmax itself would round to 0.</summary>
    /// <param name="axis">Which; −1 is the last.</param>
    /// <param name="temperature">T, as of the softmax.</param>
    /// <exception cref="ArgumentException">There is no such axis, or the temperature is not a positive number.</exception>
    public Tensor LogSoftmax(int axis = -1, float temperature = 1)
    {
        AxisShape shape = AxisOf("LogSoftmax", ref axis);
        SoftmaxOptions options = new() { Temperature = temperature, MaxThreads = Compute.MaxThreads };
        Tensor y = Uninitialized(Shape);
        Kernels.LogSoftmax.ForwardAlongAxis(shape, Values, y.Values, options);
        return y.Recorded(
            "LogSoftmax",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Kernels.LogSoftmax.BackwardAlongAxis(shape, y.Values, dy, dx.Values, options);
            },
            this);
    }
}
