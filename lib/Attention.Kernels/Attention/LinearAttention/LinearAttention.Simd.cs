namespace Attention.Kernels;

public static partial class LinearAttention
{
    /// <summary>A tile is a key head of a sequence: its chunks follow one another.</summary>
    private readonly unsafe struct ForwardTiles(AttentionShape shape, LinearAttentionForm form, LinearBuffers buffers) : ITiles
    {
        public long Count => (long)shape.Batch * shape.KeyHeads;

        public long ScratchCount => LinearPanels.CountOf(shape, form);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes> => new LinearTile<TLanes>(shape, form, buffers, tile, scratch).Run(cancellation);
    }

    /// <summary>A tile is a key head of a sequence: its positions follow one another.</summary>
    private readonly unsafe struct RecurrentTiles(AttentionShape shape, FeatureMap map, LinearBuffers buffers) : ITiles
    {
        public long Count => (long)shape.Batch * shape.KeyHeads;

        public long ScratchCount => Padded.Count(shape.Width) + Padded.Count(shape.ValueWidth + 1) + ((long)shape.Width * (shape.ValueWidth + 1));

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            (int width, int columns, int group) = (shape.Width, shape.ValueWidth + 1, shape.Heads / shape.KeyHeads);
            int padded = Padded.Count(width);
            float* features = scratch, context = features + padded, state = context + Padded.Count(columns);
            if (buffers.State != null)
            {
                state = buffers.State + (tile * width * columns);
            }
            else
            {
                new Span<float>(state, width * columns).Clear(); // so many fit in a buffer: the door has checked
            }

            for (long i = 0; i < shape.Keys && !cancellation.IsCancellationRequested; i++)
            {
                long keyRow = (tile * shape.Keys) + i;
                Padded.Load(1, width, buffers.Key + (keyRow * width), features, padded);
                Features.Apply<TLanes>(map, features, padded);
                float* value = buffers.Value + (keyRow * shape.ValueWidth);
                for (int d = 0; d < width; d++)
                {
                    float* row = state + ((long)d * columns);
                    RowLanes.AddScaled<TLanes>(features[d], value, row, shape.ValueWidth);
                    row[shape.ValueWidth] += features[d];
                }

                for (int head = 0; head < group; head++)
                {
                    long queryRow = (((tile * group) + head) * shape.Queries) + i;
                    Padded.Load(1, width, buffers.Query + (queryRow * width), features, padded);
                    Features.Apply<TLanes>(map, features, padded);
                    new Span<float>(context, columns).Clear();
                    for (int d = 0; d < width; d++)
                    {
                        RowLanes.AddScaled<TLanes>(features[d], state + ((long)d * columns), context, columns);
                    }

                    Close<TLanes>(context, queryRow);
                }
            }
        }

        private void Close<TLanes>(float* context, long queryRow)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* output = buffers.Output + (queryRow * shape.ValueWidth);
            float sum = context[shape.ValueWidth];
            if (sum == 0)
            {
                new Span<float>(output, shape.ValueWidth).Clear();
            }
            else
            {
                RowLanes.Divide<TLanes>(context, sum, output, shape.ValueWidth);
            }

            if (buffers.Normaliser != null)
            {
                buffers.Normaliser[queryRow] = sum;
            }
        }
    }
}
