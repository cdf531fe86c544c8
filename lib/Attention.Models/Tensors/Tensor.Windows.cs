namespace Attention.Models;

public sealed partial class Tensor
{
    /// <summary>Every window of the planes, written out as a column: a convolution is a matrix product with it (im2col; Chellapilla, Puri and Simard 2006).</summary>
    /// <param name="window">Its size, and how it moves. This: [B, C, H, W].</param>
    /// <returns>[B, C · Rows · Columns, windows]; the windows row by row.</returns>
    /// <exception cref="ArgumentException">There are not four axes, or a plane is smaller than the window.</exception>
    public Tensor Unfold(SlidingWindow window)
    {
        PlaneShape planes = PlanesOf("Unfold", window);
        Tensor y = Uninitialized([Shape[0], Shape[1] * window.Places, planes.Windows]);
        Windows.Unfold(planes, Values, y.Values);
        return y.Recorded(
            "Unfold",
            dy =>
            {
                using GradientTarget dx = GradientTarget.Of(this);
                Windows.Fold(planes, dy, dx.Values);
            },
            this);
    }

    /// <summary>The largest number of every window; the gradient goes to the first of several.</summary>
    /// <param name="window">Its size, and how it moves; what is padded is never the largest. This: [B, C, H, W].</param>
    /// <returns>[B, C, windows down, windows across]</returns>
    /// <exception cref="ArgumentException">There are not four axes, a plane is smaller than the window, or a window would see padding alone.</exception>
    public Tensor MaxPool(SlidingWindow window)
    {
        PlaneShape planes = PlanesOf("MaxPool", window);
        if (window.Padding.Down * 2 > window.Rows || window.Padding.Across * 2 > window.Columns)
        {
            throw new ArgumentException($"MaxPool: a padding of {window.Padding} is more than half of a window of {window.Rows}×{window.Columns}");
        }

        Tensor y = Uninitialized([Shape[0], Shape[1], planes.Down, planes.Across]);
        int[] places = Windows.Largest(planes, Values);
        ReadOnlySpan<float> x = Values;
        Span<float> largest = y.Values;
        for (int i = 0; i < places.Length; i++)
        {
            largest[i] = x[places[i]];
        }

        return y.Recorded(
            "MaxPool",
            dy =>
            {
                Span<float> dx = AccumulateGradient(out bool holds);
                if (!holds)
                {
                    dx.Clear();
                }

                for (int i = 0; i < dy.Length; i++)
                {
                    dx[places[i]] += dy[i];
                }
            },
            this);
    }

    /// <summary>The mean of every window; padding counts as zeros.</summary>
    /// <param name="window">Its size, and how it moves. This: [B, C, H, W].</param>
    /// <returns>[B, C, windows down, windows across]</returns>
    /// <exception cref="ArgumentException">There are not four axes, or a plane is smaller than the window.</exception>
    public Tensor AveragePool(SlidingWindow window)
    {
        PlaneShape planes = PlanesOf("AveragePool", window);
        return Unfold(window).Reshape(Shape[0], Shape[1], window.Places, planes.Windows).Mean(2).Reshape(Shape[0], Shape[1], planes.Down, planes.Across);
    }

    private PlaneShape PlanesOf(string operation, SlidingWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        window.Check(operation);
        if (Rank != 4)
        {
            throw new ArgumentException($"{operation}: expected planes [batch, channels, height, width], got {Shape}");
        }

        (int down, int across) = window.Count(operation, Shape[2], Shape[3]);
        return new(Shape[0] * Shape[1], Shape[2], Shape[3], down, across, window);
    }
}
