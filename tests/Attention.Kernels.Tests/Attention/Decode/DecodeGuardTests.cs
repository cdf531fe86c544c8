namespace Attention.Kernels.Tests;

public sealed class DecodeGuardTests
{
    private static readonly DecodeShape Shape = new(4, 2);

    [Fact]
    public void Forward_BuffersThatDoNotFit_AreRefused()
    {
        KeyValueCache cache = Cache(5);
        Refusal.Says("query: expected 2×4×2×3 = 48 floats, got 47", () => Kernels.Decode.Forward(Shape, cache, new float[47], new float[80]));
        Refusal.Says("output: expected 2×4×2×5 = 80 floats, got 81", () => Kernels.Decode.Forward(Shape, cache, new float[48], new float[81]));
        Refusal.Says("logSumExp: expected 2×4×2 = 16 floats, got 8", () => Kernels.Decode.ForwardNaive(Shape, cache, new float[48], new float[80], new float[8]));
        Refusal.Says("query: expected 1×4×2×3 = 24 floats, got 48", () => Kernels.Decode.Forward(Shape, cache, new float[48], new float[80], sequences: [1]));
        float[] memory = new float[200];
        Refusal.Says("output: must not overlap query", () => Kernels.Decode.Forward(Shape, cache, memory.AsSpan(0, 48), memory.AsSpan(47, 80)));
        Refusal.Says("logSumExp: must not overlap query", () => Kernels.Decode.Forward(Shape, cache, memory.AsSpan(0, 48), new float[80], memory.AsSpan(40, 16)));
        Refusal.Says("logSumExp: must not overlap output", () => Kernels.Decode.Forward(Shape, cache, new float[48], memory.AsSpan(0, 80), memory.AsSpan(79, 16)));
    }

    [Fact]
    public void Forward_SizesAndTokensThatDoNotFit_AreRefused()
    {
        KeyValueCache cache = Cache(1);
        Refusal.Says("Heads: expected a multiple of the cache's 2 key heads, got 3", () => Kernels.Decode.Forward(new(3, 1), cache, [], []));
        Refusal.Says("Heads: expected at least 1, got 0", () => Kernels.Decode.Forward(new(0, 1), cache, [], []));
        Refusal.Says("Queries: expected zero or more, got -1", () => Kernels.Decode.Forward(new(2, -1), cache, [], []));
        Refusal.Says("sequences: expected 0 to 1, got 2", () => Kernels.Decode.Forward(new(4, 1), cache, new float[12], new float[20], sequences: [2]));
        Refusal.Says(
            "sequence 0: 2 new tokens attend, and the cache holds 1; append their keys and values first", () => Kernels.Decode.Forward(Shape, cache, new float[48], new float[80]));
        Refusal.Says(
            "query: 2×65536×65536×3 = 25769803776 elements, more than the 2147483591 that one buffer can hold", () => Kernels.Decode.Forward(new(65536, 65536), cache, [], []));
        Refusal.Says("MaxThreads: expected zero or more, got -1", () => Kernels.Decode.Forward(Shape, cache, [], [], options: new() { MaxThreads = -1 }));
        Assert.Throws<ArgumentNullException>(() => Kernels.Decode.Forward(Shape, null!, [], []));
    }

    [Fact]
    public void Forward_MoreNewTokensThanTheWindowHasRoomFor_IsRefused()
    {
        KeyValueCache cache = KeyValueCache.Contiguous(new(1, 1, 1, 1), new CacheWindow(4, 1, 2));
        cache.Append(0, 9, new float[9], new float[9]);
        Kernels.Decode.Forward(new(1, 2), cache, new float[2], new float[2]);
        Refusal.Says(
            "sequence 0: the token at position 6 sees back to 3, and the oldest that is kept is 4; the window has room for 2 new tokens at a time",
            () => Kernels.Decode.Forward(new(1, 3), cache, new float[3], new float[3]));
        Refusal.Says(
            "sequence 0: the token at position 1 sees back to 1, and the oldest that is kept is 4; the window has room for 2 new tokens at a time",
            () => Kernels.Decode.Forward(new(1, 9), cache, new float[9], new float[9]));
    }

    [Fact]
    public void Forward_Dropout_IsRefused()
    {
        AttentionOptions options = new() { Dropout = new(0.25f, 1) };
        const string Message = "Dropout: expected a rate of 0, got 0.25; attention to a cache continues a text and drops nothing, ScaledDotProduct trains";
        Refusal.Says(Message, () => Kernels.Decode.Forward(Shape, Cache(3), new float[48], new float[80], options: options));
        Refusal.Says(Message, () => Kernels.Decode.ForwardNaive(Shape, Cache(3), new float[48], new float[80], options: options));
    }

    [Fact]
    public void Forward_CacheDisposedOf_Throws()
    {
        KeyValueCache cache = Cache(3);
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Kernels.Decode.Forward(Shape, cache, new float[48], new float[80]));
        Assert.Throws<ObjectDisposedException>(() => Kernels.Decode.ForwardNaive(Shape, cache, new float[48], new float[80]));
    }

    [Fact]
    public void Forward_Cancelled_Throws()
    {
        KeyValueCache cache = Cache(3);
        AttentionOptions options = new() { Cancellation = new(canceled: true) };
        Assert.Throws<OperationCanceledException>(() => Kernels.Decode.Forward(Shape, cache, new float[48], new float[80], options: options));
        Assert.Throws<OperationCanceledException>(() => Kernels.Decode.ForwardNaive(Shape, cache, new float[48], new float[80], options: options));
    }

    private static KeyValueCache Cache(int tokens)
    {
        KeyValueCache cache = KeyValueCache.Contiguous(new(2, 2, 3, 5), 5);
        cache.Append(tokens, new float[2 * 2 * tokens * 3], new float[2 * 2 * tokens * 5]);
        return cache;
    }
}
