using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>A tile is some neighbouring hidden units of all sequences: it owns their columns of every gradient, so that each sum has one order.</summary>
/// <remarks>tanh is computed again, for the forward pass kept none of its N · M · A values.</remarks>
internal readonly unsafe struct AdditiveGradientTiles(
    ScoreShape shape, float* queries, float* keys, float* vector, float* scoresGradient, float* queriesGradient, float* keysGradient, float* vectorGradient) : ITiles
{
    private const int Units = 16; // a cache line, and a register of the widest

    public long Count => Padded.Count(shape.Hidden) / Units;

    public long ScratchCount => 0;

    public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int unit = 0; unit < Units && !cancellation.IsCancellationRequested; unit += TLanes.Count)
        {
            Column<TLanes>((tile * Units) + unit, cancellation);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Column<TLanes>(long unit, CancellationToken cancellation)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int stride = Padded.Count(shape.Hidden);
        TLanes zero = TLanes.Broadcast(0), one = TLanes.Broadcast(1), weight = TLanes.Load(vector + unit), weightGradient = zero;
        for (long batch = 0; batch < shape.Batch; batch++)
        {
            float* firstKey = keys + (batch * shape.Keys * stride) + unit, firstKeyGradient = keysGradient + (batch * shape.Keys * stride) + unit;
            for (long j = 0; j < shape.Keys; j++)
            {
                TLanes.Store(firstKeyGradient + (j * stride), zero);
            }

            for (long row = batch * shape.Queries; row < (batch + 1) * shape.Queries && !cancellation.IsCancellationRequested; row++)
            {
                TLanes query = TLanes.Load(queries + (row * stride) + unit), queryGradient = zero;
                float* key = firstKey, keyGradient = firstKeyGradient, slopes = scoresGradient + (row * shape.Keys);
                for (int j = 0; j < shape.Keys; j++, key += stride, keyGradient += stride)
                {
                    TLanes t = Elementary.Tanh(query + TLanes.Load(key)), slope = TLanes.Broadcast(slopes[j]);
                    weightGradient = TLanes.MultiplyAdd(slope, t, weightGradient);
                    TLanes sumGradient = slope * weight * (one - (t * t));
                    queryGradient += sumGradient;
                    TLanes.Store(keyGradient, TLanes.Load(keyGradient) + sumGradient);
                }

                TLanes.Store(queriesGradient + (row * stride) + unit, queryGradient);
            }
        }

        TLanes.Store(vectorGradient + unit, weightGradient);
    }
}
