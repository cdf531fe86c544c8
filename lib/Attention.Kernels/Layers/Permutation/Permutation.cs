using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>Copies an array with its axes in another order: rows that become columns, heads that come before positions.</summary>
/// <remarks><c>y[i_order[0], i_order[1], …] = x[i₀, i₁, …]</c>. A copy, bit for bit.</remarks>
public static partial class Permutation
{
    private const double CostPerElement = 24; // multiply–adds that take as long: one float is read and one written, rarely side by side

    /// <summary>The axes in another order.</summary>
    /// <param name="sizes">[Axes]; the sizes of x, from the first axis on.</param>
    /// <param name="order">[Axes]; for each axis of the result, which of x's it is; each once.</param>
    /// <param name="x">[sizes₀, sizes₁, …]</param>
    /// <param name="y">[sizes of order₀, sizes of order₁, …]; overwritten, must not overlap x.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The order does not name every axis once, a buffer's length differs from the sizes, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static unsafe void Forward(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, ReadOnlySpan<float> x, Span<float> y, KernelOptions options = default)
    {
        Check(sizes, order, nameof(x), x, nameof(y), y, options);
        if (y.IsEmpty)
        {
            return;
        }

        int* counts = stackalloc int[order.Length + 1];
        long* steps = stackalloc long[order.Length + 1];
        int axes = Merged(sizes, order, counts, steps);
        fixed (float* source = x, destination = y)
        {
            Run(new Axes(axes, counts, steps), source, destination, y.Length, options);
        }
    }

    /// <summary>Copies element by element, as the definition reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, ReadOnlySpan<float> x, Span<float> y)
    {
        Check(sizes, order, nameof(x), x, nameof(y), y);
        for (int at = 0; at < y.Length; at++)
        {
            y[at] = x[Source(sizes, order, at)];
        }
    }

    /// <summary>A matrix with rows and columns exchanged, as a new one.</summary>
    /// <param name="x">[Rows, Columns]</param>
    /// <returns>[Columns, Rows]</returns>
    public static float[,] Transposed(float[,] x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = new float[x.Columns(), x.Rows()];
        Forward([x.Rows(), x.Columns()], [1, 0], x.AsSpan(), y.AsSpan());
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: what came from a place goes back there.</summary>
    /// <param name="sizes">[Axes]; the sizes of x.</param>
    /// <param name="order">[Axes]; what Forward was given.</param>
    /// <param name="yGradient">[sizes of order₀, sizes of order₁, …]; dL/dy.</param>
    /// <param name="xGradient">[sizes₀, sizes₁, …]; dL/dx, overwritten, must not overlap the gradient of y.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The order does not name every axis once, a buffer's length differs from the sizes, or buffers overlap; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    public static void Backward(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options = default)
    {
        Check(sizes, order, nameof(yGradient), yGradient, nameof(xGradient), xGradient, options);
        Span<int> back = stackalloc int[order.Length], permuted = stackalloc int[order.Length];
        for (int axis = 0; axis < order.Length; axis++)
        {
            back[order[axis]] = axis;
            permuted[axis] = sizes[order[axis]];
        }

        Forward(permuted, back, yGradient, xGradient, options);
    }

    /// <summary>Copies element by element, as the definition reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, ReadOnlySpan<float> yGradient, Span<float> xGradient)
    {
        Check(sizes, order, nameof(yGradient), yGradient, nameof(xGradient), xGradient);
        for (int at = 0; at < yGradient.Length; at++)
        {
            xGradient[Source(sizes, order, at)] = yGradient[at];
        }
    }

    /// <summary>Where in x an element of y comes from.</summary>
    private static int Source(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, int element)
    {
        int source = 0;
        for (int i = order.Length - 1; i >= 0; i--)
        {
            (element, int place) = Math.DivRem(element, sizes[order[i]]);
            source += place * StepOf(sizes, order[i]);
        }

        return source;
    }

    /// <summary>Floats in x from one element of an axis to the next.</summary>
    private static int StepOf(ReadOnlySpan<int> sizes, int axis)
    {
        int step = 1;
        foreach (int size in sizes[(axis + 1)..])
        {
            step *= size;
        }

        return step;
    }

    /// <summary>The axes of y with their steps in x. Those that follow each other in x too are one, and those of one element are none, so that usual orders are two or three.</summary>
    /// <returns>How many axes are left, from one on.</returns>
    private static unsafe int Merged(ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, int* counts, long* steps)
    {
        int axes = 0;
        for (int i = 0; i < order.Length; i++)
        {
            (int count, long step) = (sizes[order[i]], StepOf(sizes, order[i]));
            if (axes > 0 && steps[axes - 1] == step * count)
            {
                (counts[axes - 1], steps[axes - 1]) = (counts[axes - 1] * count, step);
            }
            else if (count != 1)
            {
                (counts[axes], steps[axes++]) = (count, step);
            }
        }

        if (axes == 0)
        {
            (counts[axes], steps[axes++]) = (1, 1);
        }

        return axes;
    }

    private static void Check(
        ReadOnlySpan<int> sizes, ReadOnlySpan<int> order, string inputName, ReadOnlySpan<float> input, string outputName, ReadOnlySpan<float> output, KernelOptions options = default)
    {
        options.Check();
        foreach (int size in sizes)
        {
            Guard.NotNegative(nameof(sizes), size);
        }

        if (order.Length != sizes.Length)
        {
            throw new ArgumentException(Invariant($"order: expected {sizes.Length} axes, got {order.Length}"));
        }

        for (int axis = 0; axis < sizes.Length; axis++)
        {
            if (!order.Contains(axis))
            {
                throw new ArgumentException(Invariant($"order: axis {axis} of {sizes.Length} is not there"));
            }
        }

        Guard.Length(inputName, input.Length, sizes);
        Guard.Length(outputName, output.Length, sizes);
        Guard.Apart(outputName, output, inputName, input);
    }
}
