using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Softmax
{
    private readonly unsafe struct AxisForwardTiles(AxisShape shape, float* scores, float* weights, float temperature) : ITiles
    {
        private readonly AxisPanels _panels = new(shape);

        public long Count => _panels.TileCount;

        public long ScratchCount => _panels.ScratchCount;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = _panels.Block(tile);
            for (long panel = block.First; panel < block.End; panel++)
            {
                int columns = _panels.Columns(panel);
                _panels.Gather(scores + _panels.Start(panel), columns, scratch);
                for (int column = 0; column < columns; column += TLanes.Count)
                {
                    LinesSimd<TLanes>(scratch + column, shape.Length, temperature);
                }

                _panels.Scatter(scratch, columns, weights + _panels.Start(panel));
            }
        }
    }

    /// <summary>The softmax of as many lines as there are lanes, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void LinesSimd<TLanes>(float* lines, int length, float temperature)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* end = lines + ((long)length * AxisPanels.Width);
        TLanes lowest = TLanes.Broadcast(-float.MaxValue), zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1);
        TLanes max = TLanes.Broadcast(float.NegativeInfinity);
        for (float* row = lines; row < end; row += AxisPanels.Width)
        {
            max = TLanes.Max(max, TLanes.Load(row));
        }

        // As in a row: −∞ is not subtracted from −∞, and what the maximum misses of a NaN the sum does not.
        TLanes peak = TLanes.WhereLess(max, lowest, zero, max), divisor = TLanes.Broadcast(temperature), sum = zero;
        if (temperature != 1)
        {
            for (float* row = lines; row < end; row += AxisPanels.Width)
            {
                TLanes.Store(row, (TLanes.Load(row) - peak) / divisor);
            }

            peak = zero;
        }

        for (float* row = lines; row < end; row += AxisPanels.Width)
        {
            TLanes exponential = Exponential.Power(TLanes.Load(row) - peak);
            TLanes.Store(row, exponential);
            sum += exponential;
        }

        TLanes share = one / TLanes.WhereLess(zero, sum, sum, sum + one); // 1 where the sum is 0, and NaN where it is NaN
        for (float* row = lines; row < end; row += AxisPanels.Width)
        {
            TLanes.Store(row, TLanes.Load(row) * share);
        }
    }

    private readonly unsafe struct AxisBackwardTiles(AxisShape shape, float* weights, float* weightsGradient, float* scoresGradient, float temperature) : ITiles
    {
        private readonly AxisPanels _panels = new(shape);

        public long Count => _panels.TileCount;

        public long ScratchCount => 2 * _panels.ScratchCount;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* gradient = scratch + _panels.ScratchCount;
            RowBlock block = _panels.Block(tile);
            for (long panel = block.First; panel < block.End; panel++)
            {
                int columns = _panels.Columns(panel);
                _panels.Gather(weights + _panels.Start(panel), columns, scratch);
                _panels.Gather(weightsGradient + _panels.Start(panel), columns, gradient);
                for (int column = 0; column < columns; column += TLanes.Count)
                {
                    BackwardLinesSimd<TLanes>(scratch + column, gradient + column, shape.Length, 1 / temperature);
                }

                _panels.Scatter(gradient, columns, scoresGradient + _panels.Start(panel));
            }
        }
    }

    /// <summary>Turns the gradient of the weights into that of the scores, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void BackwardLinesSimd<TLanes>(float* weights, float* gradient, int length, float sharpness)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        long count = (long)length * AxisPanels.Width;
        TLanes mean = TLanes.Broadcast(0), factor = TLanes.Broadcast(sharpness);
        for (long i = 0; i < count; i += AxisPanels.Width)
        {
            mean = TLanes.MultiplyAdd(TLanes.Load(weights + i), TLanes.Load(gradient + i), mean);
        }

        for (long i = 0; i < count; i += AxisPanels.Width)
        {
            TLanes.Store(gradient + i, TLanes.Load(weights + i) * (TLanes.Load(gradient + i) - mean) * factor);
        }
    }
}
