namespace Attention.Models;

/// <summary>Planes and the windows in them.</summary>
/// <param name="Planes">How many: batch times channels.</param>
/// <param name="Rows">Of a plane.</param>
/// <param name="Columns">Of a plane.</param>
/// <param name="Down">Windows from top to bottom.</param>
/// <param name="Across">Windows from left to right.</param>
/// <param name="Window">What they look through.</param>
internal readonly record struct PlaneShape(int Planes, int Rows, int Columns, int Down, int Across, SlidingWindow Window)
{
    internal int Windows => Down * Across;

    internal int PlaneCount => Rows * Columns;

    /// <summary>The place of the plane that a place of the first window looks at; negative in the padding.</summary>
    internal (int Row, int Column) Offset(int place)
    {
        (int row, int column) = Math.DivRem(place, Window.Columns);
        return ((row * Window.Dilation.Down) - Window.Padding.Down, (column * Window.Dilation.Across) - Window.Padding.Across);
    }
}

/// <summary>Copies between planes [P, H, W] and their windows written out [P, places, windows].</summary>
internal static class Windows
{
    /// <summary>Every window written out; zeros in the padding.</summary>
    internal static void Unfold(PlaneShape shape, ReadOnlySpan<float> planes, Span<float> columns)
    {
        int places = shape.Window.Places;
        for (int i = 0; i < shape.Planes * places; i++)
        {
            ReadOnlySpan<float> plane = planes.Slice(i / places * shape.PlaneCount, shape.PlaneCount);
            Span<float> seen = columns.Slice(i * shape.Windows, shape.Windows);
            (int top, int left) = shape.Offset(i % places);
            (int first, int end) = SlidingWindow.Inside(left, shape.Window.Stride.Across, shape.Columns, shape.Across);
            for (int down = 0; down < shape.Down; down++)
            {
                int row = top + (down * shape.Window.Stride.Down);
                Span<float> line = seen.Slice(down * shape.Across, shape.Across);
                if ((uint)row >= (uint)shape.Rows)
                {
                    line.Clear();
                    continue;
                }

                line[..first].Clear();
                line[end..].Clear();
                Gather(plane.Slice(row * shape.Columns, shape.Columns), left, shape.Window.Stride.Across, line, first, end);
            }
        }
    }

    /// <summary>The other way round: every place of a plane gets the sum over the windows that looked at it.</summary>
    internal static void Fold(PlaneShape shape, ReadOnlySpan<float> columns, Span<float> planes)
    {
        int places = shape.Window.Places, stride = shape.Window.Stride.Across;
        planes.Clear();
        for (int i = 0; i < shape.Planes * places; i++)
        {
            Span<float> plane = planes.Slice(i / places * shape.PlaneCount, shape.PlaneCount);
            ReadOnlySpan<float> seen = columns.Slice(i * shape.Windows, shape.Windows);
            (int top, int left) = shape.Offset(i % places);
            (int first, int end) = SlidingWindow.Inside(left, stride, shape.Columns, shape.Across);
            for (int down = 0; down < shape.Down; down++)
            {
                int row = top + (down * shape.Window.Stride.Down);
                if ((uint)row < (uint)shape.Rows)
                {
                    ReadOnlySpan<float> line = seen.Slice(down * shape.Across, shape.Across);
                    Span<float> sums = plane.Slice(row * shape.Columns, shape.Columns);
                    for (int across = first; across < end; across++)
                    {
                        sums[left + (across * stride)] += line[across];
                    }
                }
            }
        }
    }

    /// <summary>Where the largest number of every window stands.</summary>
    internal static int[] Largest(PlaneShape shape, ReadOnlySpan<float> planes)
    {
        int[] largest = new int[shape.Planes * shape.Windows];
        for (int i = 0; i < largest.Length; i++)
        {
            (int down, int across) = Math.DivRem(i % shape.Windows, shape.Across);
            int start = i / shape.Windows * shape.PlaneCount, best = -1;
            for (int place = 0; place < shape.Window.Places; place++)
            {
                (int top, int left) = shape.Offset(place);
                int row = top + (down * shape.Window.Stride.Down), column = left + (across * shape.Window.Stride.Across);
                if ((uint)row < (uint)shape.Rows && (uint)column < (uint)shape.Columns)
                {
                    int at = start + (row * shape.Columns) + column;
                    best = best < 0 || planes[at] > planes[best] || (float.IsNaN(planes[at]) && !float.IsNaN(planes[best])) ? at : best;
                }
            }

            largest[i] = best >= 0 ? best : throw new ArgumentException($"MaxPool: window ({down}, {across}) sees padding alone");
        }

        return largest;
    }

    private static void Gather(ReadOnlySpan<float> source, int left, int stride, Span<float> line, int first, int end)
    {
        if (stride == 1)
        {
            source[(left + first)..(left + end)].CopyTo(line[first..]);
            return;
        }

        for (int across = first; across < end; across++)
        {
            line[across] = source[left + (across * stride)];
        }
    }
}
