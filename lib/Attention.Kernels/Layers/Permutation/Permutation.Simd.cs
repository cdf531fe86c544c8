namespace Attention.Kernels;

public static unsafe partial class Permutation
{
    /// <summary>The axes of the result, with the steps that they have in the source.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="sizes">Their sizes.</param>
    /// <param name="steps">Floats of the source from one element to the next.</param>
    private readonly struct Axes(int count, int* sizes, long* steps)
    {
        /// <summary>Elements of the last axis: they lie side by side in the result.</summary>
        internal int Run => sizes[count - 1];

        /// <summary>What they are apart in the source.</summary>
        internal long RunStep => steps[count - 1];

        /// <summary>Rows that follow each other in the result with one step in the source: elements of the axis before the last.</summary>
        internal int Rows => count > 1 ? sizes[count - 2] : 1;

        /// <summary>What they are apart in the source.</summary>
        internal long RowStep => count > 1 ? steps[count - 2] : 0;

        /// <summary>The axis whose elements lie side by side in the source.</summary>
        internal int Inner => new Span<long>(steps, count).IndexOf(1);

        internal bool IsLast(int axis) => axis == count - 1;

        internal int Size(int axis) => sizes[axis];

        /// <summary>Floats of the result from one element of an axis to the next.</summary>
        internal long StepInResult(int axis)
        {
            long step = 1;
            for (int i = axis + 1; i < count; i++)
            {
                step *= sizes[i];
            }

            return step;
        }

        /// <summary>Where row number i begins, of all axes but the last and one more that is left out, in the source and in the result.</summary>
        internal (long Source, long Result) Start(long row, int leftOut)
        {
            (long source, long result, long step) = (0, 0, sizes[count - 1]);
            for (int axis = count - 2; axis >= 0; axis--)
            {
                if (axis != leftOut)
                {
                    (row, long place) = Math.DivRem(row, sizes[axis]);
                    source += place * steps[axis];
                    result += place * step;
                }

                step *= sizes[axis];
            }

            return (source, result);
        }
    }

    /// <summary>Rows may be as short as a head is wide, or a patch.</summary>
    private static void Copy<TLanes>(float* source, float* destination, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(destination + i, TLanes.Load(source + i));
        }

        for (; i < count; i++)
        {
            destination[i] = source[i];
        }
    }

    private static void Run(Axes axes, float* source, float* result, int count, KernelOptions options)
    {
        int threads = options.ThreadsFor(CostPerElement * count), inner = axes.Inner;
        if (axes.IsLast(inner))
        {
            Tiled.Run(new RowTiles(axes, source, result, count / axes.Run), threads, options);
        }
        else
        {
            Tiled.Run(new TurnTiles(axes, inner, source, result, count), threads, options);
        }
    }

    /// <summary>Rows stay rows, in another order.</summary>
    private readonly struct RowTiles(Axes axes, float* source, float* result, int rows) : ITiles
    {
        private readonly RowShape _rows = new(rows, axes.Run);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            (int run, int group, long step) = (axes.Run, axes.Rows, axes.RowStep);
            for (long row = block.First; row < block.End;)
            {
                float* from = source + axes.Start(row, -1).Source, to = result + (row * run);
                long end = Math.Min(block.End, row + group - (row % group));
                for (; row < end; row++, from += step, to += run)
                {
                    Copy<TLanes>(from, to, run);
                }
            }
        }
    }

    /// <summary>What lies side by side in the source does not in the result: matrices are turned, in strips that fill whole cache lines of both.</summary>
    private readonly struct TurnTiles(Axes axes, int inner, float* source, float* result, int count) : ITiles
    {
        /// <summary>Floats in a cache line.</summary>
        private const int Line = 16;

        /// <summary>Lines of the source that one tile turns.</summary>
        private const int Strip = 8 * Line;

        private readonly int _columns = axes.Size(inner);
        private readonly int _strips = (axes.Run + Strip - 1) / Strip;
        private readonly long _step = axes.StepInResult(inner);

        public long Count => count / ((long)axes.Run * _columns) * _strips;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            (long matrix, long strip) = Math.DivRem(tile, _strips);
            (long from, long to) = axes.Start(matrix, inner);
            int end = (int)Math.Min(axes.Run, (strip + 1) * Strip);
            for (int row = (int)strip * Strip; row < end; row += Line)
            {
                int rows = Math.Min(Line, end - row);
                for (int column = 0; column < _columns; column += Line)
                {
                    Transpose.Scaled(
                        rows,
                        Math.Min(Line, _columns - column),
                        source + from + (row * axes.RunStep) + column,
                        (nint)axes.RunStep,
                        result + to + (column * _step) + row,
                        (nint)_step,
                        1);
                }
            }
        }
    }
}
