using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Every window of the planes, written out as a column: a convolution is a matrix product with it (im2col; Chellapilla, Puri and Simard 2006).</summary>
    /// <param name="window">Its size, and how it moves. This: [B, C, H, W].</param>
    /// <returns>[B, C · Rows · Columns, windows]; the windows row by row.</returns>
    /// <exception cref="ArgumentException">There are not four axes, or a plane is smaller than the window.</exception>
    public Tensor Unfold(SlidingWindow window)
    {
        WindowShape planes = PlanesOf("Unfold", window);
        Tensor y = Uninitialized([Shape[0], Shape[1] * window.Places, planes.WindowsDown * planes.WindowsAcross]);
        Unfolding.Forward(planes, Values, y.Values, Compute.Options);
        return y.Recorded(
            "Unfold",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Unfolding.Backward(planes, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>The largest number of every window; the gradient goes to the first of several.</summary>
    /// <param name="window">Its size, and how it moves; what is padded is never the largest. This: [B, C, H, W].</param>
    /// <returns>[B, C, windows down, windows across]</returns>
    /// <exception cref="ArgumentException">There are not four axes, a plane is smaller than the window, or a window would see padding alone.</exception>
    public Tensor MaxPool(SlidingWindow window)
    {
        WindowShape planes = PlanesOf("MaxPool", window);
        if (window.Padding.Down * 2 > window.Rows || window.Padding.Across * 2 > window.Columns)
        {
            throw new ArgumentException($"MaxPool: a padding of {window.Padding} is more than half of a window of {window.Rows}×{window.Columns}");
        }

        Tensor y = Uninitialized([Shape[0], Shape[1], planes.WindowsDown, planes.WindowsAcross]);
        MaxPooling.Forward(planes, Values, y.Values, Compute.Options);
        return y.Recorded(
            "MaxPool",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                MaxPooling.Backward(planes, Values, dy, dx.Values, Compute.Options);
            },
            this);
    }

    /// <summary>The mean of every window; padding counts as zeros.</summary>
    /// <param name="window">Its size, and how it moves. This: [B, C, H, W].</param>
    /// <returns>[B, C, windows down, windows across]</returns>
    /// <exception cref="ArgumentException">There are not four axes, or a plane is smaller than the window.</exception>
    public Tensor AveragePool(SlidingWindow window)
    {
        WindowShape planes = PlanesOf("AveragePool", window);
        return Unfold(window).Reshape(Shape[0], Shape[1], window.Places, planes.WindowsDown * planes.WindowsAcross).Mean(2).Reshape(Shape[0], Shape[1], planes.WindowsDown, planes.WindowsAcross);
    }

    private WindowShape PlanesOf(string operation, SlidingWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        window.Check(operation);
        if (Rank != 4)
        {
            throw new ArgumentException($"{operation}: expected planes [batch, channels, height, width], got {Shape}");
        }

        _ = window.Count(operation, Shape[2], Shape[3]);
        return new(Shape[0] * Shape[1], Shape[2], Shape[3], window.Rows, window.Columns) { Stride = window.Stride, Padding = window.Padding, Dilation = window.Dilation };
    }
}
