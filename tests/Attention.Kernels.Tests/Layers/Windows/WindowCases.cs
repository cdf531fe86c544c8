namespace Attention.Kernels.Tests;

/// <summary>Windows that slide with and without padding, gaps and steps, over planes of ragged sizes.</summary>
internal static class WindowCases
{
    public static readonly WindowShape[] All =
    [
        new(2, 5, 7, 3, 3),
        new(3, 6, 35, 3, 5) { Padding = (1, 2) },
        new(2, 9, 33, 2, 3) { Stride = (2, 3), Padding = (1, 1) },
        new(2, 8, 40, 3, 2) { Dilation = (2, 17), Padding = (1, 0) },
        new(4, 8, 8, 4, 4) { Stride = (4, 4) },
        new(3, 1, 50, 1, 6) { Stride = (1, 2), Padding = (0, 3) },
        new(1, 70, 70, 1, 1),
        new(2, 3, 3, 3, 3) { Stride = (int.MaxValue, int.MaxValue) },
        new(2, 4, 5, 1, 1) { Dilation = (int.MaxValue, int.MaxValue) },
        new(0, 4, 4, 2, 2),
    ];

    public static int Windows(this WindowShape shape, int factor = 1) => shape.Planes * factor * shape.WindowsDown * shape.WindowsAcross;

    /// <summary>Which number each place of each window sees, [P, K, V]; −1: none.</summary>
    public static int[] Seen(WindowShape shape)
    {
        float[] windows = new float[shape.Windows(shape.Places)];
        Unfolding.ForwardNaive(shape, [.. Enumerable.Range(1, shape.Numbers()).Select(i => (float)i)], windows);
        return [.. windows.Select(value => (int)value - 1)];
    }

    public static int Numbers(this WindowShape shape) => shape.Planes * shape.Rows * shape.Columns;
}
