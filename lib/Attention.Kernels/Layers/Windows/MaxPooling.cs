namespace Attention.Kernels;

/// <summary>The largest number that each position of a sliding window sees.</summary>
/// <remarks><c>y[p, v] = maxₖ planes[p, place k of window v]</c>; padding is never the largest, and a NaN is larger than any number. The gradient goes to the first of several (Ranzato et al. 2007, § 3).</remarks>
public static unsafe class MaxPooling
{
    private const double CostPerPlace = 4; // multiply–adds that a comparison takes as long as

    /// <summary>The largest number of every window.</summary>
    /// <param name="shape">The sizes; no more padding than half of the window.</param>
    /// <param name="planes">[P, Rows, Columns]</param>
    /// <param name="y">[P, V]; overwritten, must not overlap the planes.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A size is out of range, a window sees padding alone, a buffer's length differs from its shape, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static void Forward(WindowShape shape, ReadOnlySpan<float> planes, Span<float> y, KernelOptions options = default)
    {
        Check(shape, planes, nameof(y), y, options);
        Guard.Apart(nameof(y), y, nameof(planes), planes);
        fixed (float* x = planes, largest = y)
        {
            Tiled.Run(new Tiles(shape, x, largest, null), options.ThreadsFor(CostPerPlace * shape.Places * y.Length), options);
        }
    }

    /// <summary>Compares place by place, as the definition reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(WindowShape shape, ReadOnlySpan<float> planes, Span<float> y)
    {
        Check(shape, planes, nameof(y), y);
        Guard.Apart(nameof(y), y, nameof(planes), planes);
        for (int window = 0; window < y.Length; window++)
        {
            y[window] = float.NegativeInfinity;
            for (int place = 0; place < shape.Places; place++)
            {
                int seen = Seen(shape, window, place);
                y[window] = seen < 0 ? y[window] : MathF.Max(y[window], planes[seen]);
            }
        }
    }

    /// <summary>The largest numbers of a plane that is cut into windows, as a new matrix.</summary>
    /// <param name="plane">[Rows, Columns]</param>
    /// <param name="windowRows">The window's height, and how far it moves down.</param>
    /// <param name="windowColumns">The window's width, and how far it moves across.</param>
    /// <returns>[windows down, windows across]</returns>
    public static float[,] Largest(float[,] plane, int windowRows, int windowColumns)
    {
        ArgumentNullException.ThrowIfNull(plane);
        WindowShape shape = new(1, plane.Rows(), plane.Columns(), windowRows, windowColumns) { Stride = (windowRows, windowColumns) };
        shape.Check();
        var y = new float[shape.WindowsDown, shape.WindowsAcross];
        Forward(shape, plane.AsSpan(), y.AsSpan());
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: each window's goes to the place of its largest number.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="planes">[P, Rows, Columns]; what Forward read.</param>
    /// <param name="yGradient">[P, V]; dL/dy.</param>
    /// <param name="planesGradient">[P, Rows, Columns]; dL/dplanes, overwritten, must not overlap an input.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A size is out of range, a window sees padding alone, a buffer's length differs from its shape, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(WindowShape shape, ReadOnlySpan<float> planes, ReadOnlySpan<float> yGradient, Span<float> planesGradient, KernelOptions options = default)
    {
        CheckBackward(shape, planes, yGradient, planesGradient, options);
        fixed (float* x = planes, dy = yGradient, dx = planesGradient)
        {
            Tiled.Run(new Tiles(shape, x, dy, dx), options.ThreadsFor(CostPerPlace * shape.Places * yGradient.Length), options);
        }
    }

    /// <summary>Looks for every window's largest place anew, as the definition reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(WindowShape shape, ReadOnlySpan<float> planes, ReadOnlySpan<float> yGradient, Span<float> planesGradient)
    {
        CheckBackward(shape, planes, yGradient, planesGradient);
        planesGradient.Clear();
        for (int window = 0; window < yGradient.Length; window++)
        {
            planesGradient[LargestNaive(shape, planes, window)] += yGradient[window];
        }
    }

    private static int LargestNaive(WindowShape shape, ReadOnlySpan<float> planes, int window)
    {
        int best = -1;
        for (int place = 0; place < shape.Places; place++)
        {
            int here = Seen(shape, window, place);
            best = here >= 0 && (best < 0 || planes[here] > planes[best] || (float.IsNaN(planes[here]) && !float.IsNaN(planes[best]))) ? here : best;
        }

        return best;
    }

    /// <summary>Where in the planes a place of a window is; −1: in the padding.</summary>
    private static int Seen(WindowShape shape, int window, int place)
    {
        (int plane, int at) = Math.DivRem(window, shape.Windows);
        (int down, int across) = Math.DivRem(at, shape.WindowsAcross);
        (int row, int column) = shape.Offset(place);
        row += down * shape.Stride.Down;
        column += across * shape.Stride.Across;
        return (uint)row < (uint)shape.Rows && (uint)column < (uint)shape.Columns ? (((plane * shape.Rows) + row) * shape.Columns) + column : -1;
    }

    private static void Check(WindowShape shape, ReadOnlySpan<float> planes, string resultName, ReadOnlySpan<float> result, KernelOptions options = default)
    {
        options.Check();
        shape.Check();
        CheckPadding("down", shape.Rows, shape.WindowRows, shape.WindowsDown, shape.Stride.Down, shape.Padding.Down, shape.Dilation.Down);
        CheckPadding("across", shape.Columns, shape.WindowColumns, shape.WindowsAcross, shape.Stride.Across, shape.Padding.Across, shape.Dilation.Across);
        Guard.Length(nameof(planes), planes.Length, shape.Planes, shape.Rows, shape.Columns);
        Guard.Length(resultName, result.Length, shape.Planes, shape.Windows);
    }

    /// <summary>The places of a window along one way begin at its start and are a dilation apart: one of them has to be inside.</summary>
    private static void CheckPadding(string way, int size, int window, int windows, int stride, int padding, int dilation)
    {
        for (int i = 0; i < windows; i++)
        {
            long start = ((long)i * stride) - padding, before = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
            if (before >= window || start + (before * dilation) >= size)
            {
                throw new ArgumentException($"{way}: window {i} of {windows} sees padding alone: {size} places, padding {padding}, a window of {window} with dilation {dilation}");
            }
        }
    }

    private static void CheckBackward(
        WindowShape shape, ReadOnlySpan<float> planes, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> planesGradient, KernelOptions options = default)
    {
        Check(shape, planes, nameof(yGradient), yGradient, options);
        Guard.Length(nameof(planesGradient), planesGradient.Length, shape.Planes, shape.Rows, shape.Columns);
        Guard.Apart(nameof(planesGradient), planesGradient, nameof(planes), planes);
        Guard.Apart(nameof(planesGradient), planesGradient, nameof(yGradient), yGradient);
    }

    /// <summary>Some planes, forwards or backwards: without a gradient the windows' largest numbers are written, and with one theirs are read.</summary>
    private readonly struct Tiles(WindowShape shape, float* planes, float* windows, float* planesGradient) : ITiles
    {
        private readonly RowShape _rows = new(shape.Planes, shape.Places * shape.Windows);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            for (long plane = block.First; plane < block.End && !cancellation.IsCancellationRequested; plane++)
            {
                float* x = planes + (plane * shape.PlaneCount), y = windows + (plane * shape.Windows);
                float* dx = planesGradient == null ? null : planesGradient + (plane * shape.PlaneCount);
                if (dx != null)
                {
                    new Span<float>(dx, shape.PlaneCount).Clear();
                }

                Pool(x, y, dx);
            }
        }

        private void Pool(float* x, float* y, float* dx)
        {
            (int down, int across) = (shape.WindowsDown, shape.WindowsAcross);
            for (int i = 0; i < down; i++)
            {
                (int top, int bottom) = Clipped((i * shape.Stride.Down) - shape.Padding.Down, shape.WindowRows, shape.Dilation.Down, shape.Rows);
                for (int j = 0; j < across; j++, y++)
                {
                    (int left, int right) = Clipped((j * shape.Stride.Across) - shape.Padding.Across, shape.WindowColumns, shape.Dilation.Across, shape.Columns);
                    if (dx == null)
                    {
                        *y = Largest(x, top, bottom, left, right);
                    }
                    else
                    {
                        dx[PlaceOfLargest(x, top, bottom, left, right)] += *y;
                    }
                }
            }
        }

        private float Largest(float* x, int top, int bottom, int left, int right)
        {
            float largest = float.NegativeInfinity;
            for (long row = top; row < bottom; row += shape.Dilation.Down)
            {
                for (long column = left; column < right; column += shape.Dilation.Across)
                {
                    largest = MathF.Max(largest, x[(row * shape.Columns) + column]);
                }
            }

            return largest;
        }

        /// <summary>Which number is the largest nobody can foresee: places are chosen by arithmetic, without a branch.</summary>
        private long PlaceOfLargest(float* x, int top, int bottom, int left, int right)
        {
            long best = ((long)top * shape.Columns) + left;
            for (long row = top; row < bottom; row += shape.Dilation.Down)
            {
                for (long column = left; column < right; column += shape.Dilation.Across)
                {
                    long here = (row * shape.Columns) + column;
                    (float value, float largest) = (x[here], x[best]);
                    long isLarger = (value > largest ? 1 : 0) | ((float.IsNaN(value) ? 1 : 0) & (float.IsNaN(largest) ? 0 : 1));
                    best += (here - best) * isLarger;
                }
            }

            return best;
        }

        /// <summary>The first place of a window that is inside, and the end of those that are.</summary>
        private static (int First, int End) Clipped(int start, int places, int dilation, int size)
        {
            int first = start >= 0 ? start : (int)(start + ((-(long)start + dilation - 1) / dilation * dilation));
            return (first, (int)Math.Min(size, start + ((long)places * dilation)));
        }
    }
}
