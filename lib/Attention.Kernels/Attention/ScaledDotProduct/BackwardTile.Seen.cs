using System.Runtime.CompilerServices;

namespace Attention.Kernels;

internal readonly unsafe ref partial struct BackwardTile<TLanes>
{
    /// <summary>The products where a query, a key or an output's gradient may be NaN or ∞ and must not reach what it is hidden from: 0 · NaN is NaN.</summary>
    /// <remarks>The same sums in the same order as the tile products: what is hidden changes no bit of what is seen.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void AddSeen(BackwardMask half, float* query, float* slope, int firstColumn)
    {
        int keys = half.Keys, columns = (keys + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        for (int i = 0; i < half.Count; i++, query += _queryStride, slope += _outputStride)
        {
            nint start = ((nint)(half.First + i) * _columns) + firstColumn;
            AddRow(_shape.ValueWidth, columns, slope, _weights + start, _bias + start, _valueGradient + firstColumn);
            AddRow(_shape.Width, columns, query, _productSlopes + start, _bias + start, _keyGradient + firstColumn);
            float* gradient = _queryGradient + ((half.First + i) * _rowStride);
            for (int j = 0; j < keys; j++)
            {
                float* key = _keyRows + ((firstColumn + j) * _rowStride);
                TLanes factor = TLanes.Broadcast(_productSlopes[start + j]);
                for (nint d = 0; d < _padded && !float.IsNegativeInfinity(_bias[start + j]); d += TLanes.Count)
                {
                    TLanes.Store(gradient + d, TLanes.MultiplyAdd(factor, TLanes.Load(key + d), TLanes.Load(gradient + d)));
                }
            }
        }
    }

    /// <summary>gradient[c, j] += row[c] · weights[j], where key j is seen.</summary>
    private void AddRow(int width, int columns, float* row, float* weights, float* bias, float* gradient)
    {
        TLanes lowest = TLanes.Broadcast(-float.MaxValue);
        for (int c = 0; c < width; c++, gradient += _columns)
        {
            for (int column = 0; column < columns; column += TLanes.Count)
            {
                TLanes before = TLanes.Load(gradient + column);
                TLanes after = TLanes.MultiplyAdd(TLanes.Broadcast(row[c]), TLanes.Load(weights + column), before);
                TLanes.Store(gradient + column, TLanes.WhereLess(TLanes.Load(bias + column), lowest, before, after));
            }
        }
    }
}
