using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Kernels;

public static partial class RotaryPositions
{
    private static void Run(TurnTiles tiles, KernelOptions options) => Tiled.Run(tiles, options.ThreadsFor(CostPerElement * tiles.Elements), options);

    private readonly unsafe struct TurnTiles : ITiles
    {
        private readonly RotaryShape _shape;
        private readonly RowShape _rows;
        private readonly bool _halves;
        private readonly int _turned;
        private readonly int _entries;
        private readonly long _positions;
        private readonly float* _input;
        private readonly float* _output;
        private readonly float* _cosines;
        private readonly float* _sines;
        private readonly int* _firstPositions;
        private readonly int _firstPositionStride;
        private readonly float _direction;

        internal TurnTiles(
            RotaryShape shape, RotaryTable table, float* input, float* output, float* cosines, float* sines, int* firstPositions, int firstPositionCount, float direction)
        {
            (_shape, _halves, _turned, _entries) = (shape, table.Pairs == RotaryPairs.Halves, table.Width, table.EntriesPerPosition);
            _rows = new RowShape(shape.Rows, shape.Width);
            _positions = table.Positions;
            _input = input;
            _output = output;
            _cosines = cosines;
            _sines = sines;
            _firstPositions = firstPositions;
            _firstPositionStride = firstPositionCount > 1 ? 1 : 0;
            _direction = direction;
        }

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        internal double Elements => (double)_rows.Rows * _rows.Columns;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            for (long row = block.First; row < block.End; row++)
            {
                // The caller owns the positions: another thread may have changed them since they were checked.
                long first = _firstPositions == null ? 0 : _firstPositions[_shape.BatchOf((int)row) * _firstPositionStride];
                long position = Math.Clamp(first, 0, _positions - _shape.Length) + _shape.PlaceOf((int)row);
                float* x = _input + (row * _shape.Width), y = _output + (row * _shape.Width);
                float* cosines = _cosines + (position * _entries), sines = _sines + (position * _entries);
                if (_halves)
                {
                    TurnHalves<TLanes>(x, y, cosines, sines, _entries, _direction);
                }
                else
                {
                    TurnNeighbours<TLanes>(x, y, cosines, sines, _entries, _direction);
                }

                if (x != y)
                {
                    NativeMemory.Copy(x + _turned, y + _turned, (nuint)(_shape.Width - _turned) * sizeof(float));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void TurnHalves<TLanes>(float* x, float* y, float* cosines, float* sines, int pairs, float direction)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sign = TLanes.Broadcast(direction);
        int i = 0;
        for (; i <= pairs - TLanes.Count; i += TLanes.Count)
        {
            TLanes one = TLanes.Load(x + i), two = TLanes.Load(x + pairs + i);
            TLanes cosine = TLanes.Load(cosines + i), sine = TLanes.Load(sines + i) * sign;
            TLanes.Store(y + i, (one * cosine) - (two * sine));
            TLanes.Store(y + pairs + i, TLanes.MultiplyAdd(one, sine, two * cosine));
        }

        for (; i < pairs; i++)
        {
            (float one, float two, float sine) = (x[i], x[pairs + i], sines[i] * direction);
            y[i] = (one * cosines[i]) - (two * sine);
            y[pairs + i] = (one * sine) + (two * cosines[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void TurnNeighbours<TLanes>(float* x, float* y, float* cosines, float* sines, int width, float direction)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sign = TLanes.Broadcast(direction);
        int i = 0;
        for (; TLanes.Count > 1 && i <= width - TLanes.Count; i += TLanes.Count)
        {
            TLanes both = TLanes.Load(x + i), sine = TLanes.Load(sines + i) * sign;
            TLanes.Store(y + i, TLanes.MultiplyAdd(both, TLanes.Load(cosines + i), TLanes.SwapNeighbours(both) * sine));
        }

        for (; i < width; i += 2)
        {
            (float one, float two, float sine) = (x[i], x[i + 1], sines[i + 1] * direction);
            y[i] = (one * cosines[i]) - (two * sine);
            y[i + 1] = (one * sine) + (two * cosines[i]);
        }
    }
}
