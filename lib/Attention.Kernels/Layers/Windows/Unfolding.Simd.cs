namespace Attention.Kernels;

public static unsafe partial class Unfolding
{
    /// <summary>What all windows of a plane see at one of their places is a row of the result, and a tile is some of them.</summary>
    private readonly struct ForwardTiles(WindowShape shape, float* planes, float* windows) : ITiles
    {
        private readonly RowShape _rows = new(shape.Planes * shape.Places, shape.Windows);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            for (long row = block.First; row < block.End; row++)
            {
                (long plane, long place) = Math.DivRem(row, shape.Places);
                See<TLanes>(shape, (int)place, planes + (plane * shape.PlaneCount), windows + (row * shape.Windows));
            }
        }
    }

    /// <summary>A plane is one tile's alone, so that no two add to the same place.</summary>
    private readonly struct BackwardTiles(WindowShape shape, float* windowsGradient, float* planesGradient) : ITiles
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
                float* sums = planesGradient + (plane * shape.PlaneCount), seen = windowsGradient + (plane * _rows.Columns);
                new Span<float>(sums, shape.PlaneCount).Clear();
                for (int place = 0; place < shape.Places; place++)
                {
                    AddSeen<TLanes>(shape, place, seen + ((long)place * shape.Windows), sums);
                }
            }
        }
    }

    private static void See<TLanes>(WindowShape shape, int place, float* plane, float* seen)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        (int top, int left) = shape.Offset(place);
        (int first, int end) = shape.Inside(left);
        (int down, int across, int stride) = (shape.WindowsDown, shape.WindowsAcross, shape.Stride.Across);
        for (int i = 0; i < down; i++, seen += across)
        {
            int row = top + (i * shape.Stride.Down);
            if ((uint)row >= (uint)shape.Rows)
            {
                new Span<float>(seen, across).Clear();
                continue;
            }

            float* source = plane + ((long)row * shape.Columns) + left;
            for (int j = 0; j < first; j++)
            {
                seen[j] = 0;
            }

            if (stride == 1)
            {
                Copy<TLanes>(source + first, seen + first, end - first);
            }
            else
            {
                for (int j = first; j < end; j++)
                {
                    seen[j] = source[(long)j * stride];
                }
            }

            for (int j = end; j < across; j++)
            {
                seen[j] = 0;
            }
        }
    }

    private static void AddSeen<TLanes>(WindowShape shape, int place, float* seen, float* plane)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        (int top, int left) = shape.Offset(place);
        (int first, int end) = shape.Inside(left);
        (int down, int across, int stride) = (shape.WindowsDown, shape.WindowsAcross, shape.Stride.Across);
        for (int i = 0; i < down; i++, seen += across)
        {
            int row = top + (i * shape.Stride.Down);
            if ((uint)row >= (uint)shape.Rows)
            {
                continue;
            }

            float* sums = plane + ((long)row * shape.Columns) + left;
            if (stride == 1)
            {
                PartialSums.AddTo<TLanes>(seen + first, sums + first, end - first);
                continue;
            }

            for (int j = first; j < end; j++)
            {
                sums[(long)j * stride] += seen[j];
            }
        }
    }

    /// <summary>Rows are short: a call to copy one would take longer than the copy. The last register overlaps the one before.</summary>
    private static void Copy<TLanes>(float* source, float* destination, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        if (count < TLanes.Count)
        {
            for (int i = 0; i < count; i++)
            {
                destination[i] = source[i];
            }

            return;
        }

        for (int i = 0; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.Load(source + i));
        }

        TLanes.Store(destination + count - TLanes.Count, TLanes.Load(source + count - TLanes.Count));
    }
}
