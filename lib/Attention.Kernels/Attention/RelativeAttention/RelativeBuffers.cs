namespace Attention.Kernels;

/// <summary>The caller's buffers, pinned while the work runs; or their gradients, each in the place of its buffer.</summary>
internal readonly unsafe struct RelativeBuffers(
    float* query, float* key, float* value, float* position, float* contentBias, float* positionBias, float* output, float* logSumExp)
{
    internal readonly float* Query = query;
    internal readonly float* Key = key;
    internal readonly float* Value = value;
    internal readonly float* Position = position;
    internal readonly float* ContentBias = contentBias;
    internal readonly float* PositionBias = positionBias;
    internal readonly float* Output = output;

    /// <summary>Null when not wanted.</summary>
    internal readonly float* LogSumExp = logSumExp;

    /// <summary>The buffers of one head of one sequence.</summary>
    internal RelativeBuffers ForHead(AttentionShape shape, int batch, int head)
    {
        long row = (((long)batch * shape.Heads) + head) * shape.Queries;
        long keyRow = (((long)batch * shape.KeyHeads) + (head / (shape.Heads / shape.KeyHeads))) * shape.Keys;
        return new(
            Query + (row * shape.Width),
            Key + (keyRow * shape.Width),
            Value + (keyRow * shape.ValueWidth),
            Position + ((long)head * shape.Keys * shape.Width),
            ContentBias + ((long)head * shape.Width),
            PositionBias + ((long)head * shape.Width),
            Output + (row * shape.ValueWidth),
            LogSumExp == null ? null : LogSumExp + row);
    }
}
