namespace Attention.Kernels;

/// <summary>Writes out what a sliding window sees, so that a convolution is a product of matrices; and backwards, adds it up where it was seen.</summary>
/// <remarks><c>windows[p, k, v] = planes[p, place k of window v]</c>, and 0 in the padding: im2col, Chellapilla, Puri and Simard 2006. A copy, bit for bit.</remarks>
public static partial class Unfolding
{
    private const double CostPerElement = 16; // multiply–adds that take as long: one float is read and one written

    /// <summary>Every window of every plane.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="planes">[P, Rows, Columns]</param>
    /// <param name="windows">[P, K, V]; overwritten, must not overlap the planes.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A size is out of range, a buffer's length differs from its shape, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the windows are half written.</exception>
    public static unsafe void Forward(WindowShape shape, ReadOnlySpan<float> planes, Span<float> windows, KernelOptions options = default)
    {
        Check(shape, nameof(planes), planes, nameof(windows), windows, options);
        Guard.Apart(nameof(windows), windows, nameof(planes), planes);
        fixed (float* x = planes, y = windows)
        {
            Tiled.Run(new ForwardTiles(shape, x, y), options.ThreadsFor(CostPerElement * windows.Length), options);
        }
    }

    /// <summary>Looks place by place, as the definition reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(WindowShape shape, ReadOnlySpan<float> planes, Span<float> windows)
    {
        Check(shape, nameof(planes), planes, nameof(windows), windows);
        Guard.Apart(nameof(windows), windows, nameof(planes), planes);
        for (int at = 0; at < windows.Length; at++)
        {
            int seen = Seen(shape, at);
            windows[at] = seen < 0 ? 0 : planes[seen];
        }
    }

    /// <summary>What a window sees of a plane at each of its places, as a new matrix: one column per window.</summary>
    /// <param name="plane">[Rows, Columns]</param>
    /// <param name="windowRows">The window's height.</param>
    /// <param name="windowColumns">The window's width.</param>
    /// <returns>[K, V]; windows row by row.</returns>
    public static float[,] Columns(float[,] plane, int windowRows, int windowColumns)
    {
        ArgumentNullException.ThrowIfNull(plane);
        WindowShape shape = new(1, plane.Rows(), plane.Columns(), windowRows, windowColumns);
        shape.Check();
        var windows = new float[shape.Places, shape.Windows];
        Forward(shape, plane.AsSpan(), windows.AsSpan());
        return windows;
    }

    /// <summary>The gradient of <see cref="Forward"/>: every place of a plane receives the sum of the gradients of the windows' places that saw it.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="windowsGradient">[P, K, V]; dL/dwindows.</param>
    /// <param name="planesGradient">[P, Rows, Columns]; dL/dplanes, overwritten, must not overlap the gradient of the windows.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A size is out of range, a buffer's length differs from its shape, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>What one place receives is added in the order of the window's places, on any number of threads: a plane is one thread's.</remarks>
    public static unsafe void Backward(WindowShape shape, ReadOnlySpan<float> windowsGradient, Span<float> planesGradient, KernelOptions options = default)
    {
        Check(shape, nameof(planesGradient), planesGradient, nameof(windowsGradient), windowsGradient, options);
        Guard.Apart(nameof(planesGradient), planesGradient, nameof(windowsGradient), windowsGradient);
        fixed (float* dy = windowsGradient, dx = planesGradient)
        {
            Tiled.Run(new BackwardTiles(shape, dy, dx), options.ThreadsFor(CostPerElement * windowsGradient.Length), options);
        }
    }

    /// <summary>Adds place by place, as the definition reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(WindowShape shape, ReadOnlySpan<float> windowsGradient, Span<float> planesGradient)
    {
        Check(shape, nameof(planesGradient), planesGradient, nameof(windowsGradient), windowsGradient);
        Guard.Apart(nameof(planesGradient), planesGradient, nameof(windowsGradient), windowsGradient);
        planesGradient.Clear();
        for (int at = 0; at < windowsGradient.Length; at++)
        {
            int seen = Seen(shape, at);
            if (seen >= 0)
            {
                planesGradient[seen] += windowsGradient[at];
            }
        }
    }

    private static void Check(
        WindowShape shape, string planesName, ReadOnlySpan<float> planes, string windowsName, ReadOnlySpan<float> windows, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        Guard.Length(planesName, planes.Length, shape.Planes, shape.Rows, shape.Columns);
        Guard.Length(windowsName, windows.Length, shape.Planes, shape.Places, shape.Windows);
    }

    /// <summary>Where in the planes an element of the windows comes from; −1: from the padding.</summary>
    private static int Seen(WindowShape shape, int element)
    {
        (int line, int window) = Math.DivRem(element, shape.Windows);
        (int plane, int place) = Math.DivRem(line, shape.Places);
        (int down, int across) = Math.DivRem(window, shape.WindowsAcross);
        (int row, int column) = shape.Offset(place);
        row += down * shape.Stride.Down;
        column += across * shape.Stride.Across;
        return (uint)row < (uint)shape.Rows && (uint)column < (uint)shape.Columns ? (((plane * shape.Rows) + row) * shape.Columns) + column : -1;
    }
}
