using System.Buffers;

namespace Attention.Kernels.Tests;

public sealed class AttentionBackwardGuardTests
{
    private static readonly AttentionShape Shape = new(Batch: 2, Heads: 4, KeyHeads: 2, Queries: 3, Keys: 5, Width: 6, ValueWidth: 7);

    private static readonly string[] Names =
        ["query", "key", "value", "output", "logSumExp", "outputGradient", "queryGradient", "keyGradient", "valueGradient"];

    private static readonly string[] Products =
        ["2×4×3×6 = 144", "2×2×5×6 = 120", "2×2×5×7 = 140", "2×4×3×7 = 168", "2×4×3 = 24", "2×4×3×7 = 168", "2×4×3×6 = 144", "2×2×5×6 = 120", "2×2×5×7 = 140"];

    public static TheoryData<int> EveryBuffer => [.. Enumerable.Range(0, 9)];

    public static TheoryData<int> EveryGradient => [6, 7, 8];

    private static void BothSay(string message, AttentionShape shape, Memory<float>[] buffers, Mask mask = default, AttentionOptions options = default)
    {
        foreach (AttentionBackward backward in (AttentionBackward[])[ScaledDotProduct.Backward, ScaledDotProduct.BackwardNaive])
        {
            Refusal.Says(message, () => backward(
                shape, buffers[0].Span, buffers[1].Span, buffers[2].Span, buffers[3].Span, buffers[4].Span, buffers[5].Span, buffers[6].Span, buffers[7].Span, buffers[8].Span, mask, options));
        }
    }

    private static Memory<float>[] Buffers(AttentionShape shape)
    {
        Sizes sizes = new(shape);
        return [.. new[] { sizes.Query, sizes.Key, sizes.Value, sizes.Output, sizes.Rows, sizes.Output, sizes.Query, sizes.Key, sizes.Value }.Select(length => (Memory<float>)new float[length])];
    }

    /// <summary>A caller's memory that can no longer be read fails the call, whichever tile notices; the tiles that wait for that one do not wait for ever.</summary>
    [Fact]
    public async Task Backward_MaskThatFailsHalfWay_ThrowsAndComesBack()
    {
        AttentionShape shape = new(Batch: 1, Heads: 1, KeyHeads: 1, Queries: 600, Keys: 1800, Width: 64, ValueWidth: 64);
        foreach (int reads in (int[])[6, 9, 12, 17, 30])
        {
            Memory<float>[] buffers = Buffers(shape);
            using FailingMemory slopes = new(shape.Heads, reads);
            Mask mask = Mask.Alibi(slopes.Memory);
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            Task call = Task.Run(
                () => ScaledDotProduct.Backward(
                    shape, buffers[0].Span, buffers[1].Span, buffers[2].Span, buffers[3].Span, buffers[4].Span, buffers[5].Span, buffers[6].Span, buffers[7].Span, buffers[8].Span, mask,
                    new() { MaxThreads = 2 }),
                cancellation);
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call.WaitAsync(TimeSpan.FromSeconds(20), cancellation));
        }
    }

    /// <summary>Memory of which one read fails, and only one: the tiles that the failed one leaves waiting fail at nothing themselves.</summary>
    private sealed class FailingMemory(int length, int reads) : MemoryManager<float>
    {
        private readonly float[] memory = new float[length];
        private int left = reads;

        public override Span<float> GetSpan() => Interlocked.Decrement(ref left) != 0 ? memory : throw new ObjectDisposedException(nameof(FailingMemory));

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    [Theory]
    [MemberData(nameof(EveryBuffer))]
    public void Backward_WrongLength_DoesTheArithmetic(int buffer)
    {
        foreach (int by in (int[])[-1, 1])
        {
            Memory<float>[] buffers = Buffers(Shape);
            buffers[buffer] = new float[buffers[buffer].Length + by];
            BothSay($"{Names[buffer]}: expected {Products[buffer]} floats, got {buffers[buffer].Length}", Shape, buffers);
        }
    }

    /// <summary>Only what is asked for may be left out; what is needed may not.</summary>
    [Fact]
    public void Backward_InputLeftOut_IsRefused()
    {
        for (int buffer = 0; buffer < 6; buffer++)
        {
            Memory<float>[] buffers = Buffers(Shape);
            buffers[buffer] = default;
            BothSay($"{Names[buffer]}: expected {Products[buffer]} floats, got 0", Shape, buffers);
        }
    }

    [Theory]
    [MemberData(nameof(EveryGradient))]
    public void Backward_GradientOverAnother_IsRefused(int gradient)
    {
        AttentionShape shape = AttentionShape.Single(16, 16, 1, 1);
        for (int other = 0; other < 9; other++)
        {
            if (other == gradient)
            {
                continue;
            }

            foreach (int shift in (int[])[0, 1, 15])
            {
                float[] memory = new float[40];
                Memory<float>[] buffers = Buffers(shape);
                (buffers[gradient], buffers[other]) = (memory.AsMemory(shift, 16), memory.AsMemory(0, 16));
                (int first, int second) = other > 5 && other < gradient ? (other, gradient) : (gradient, other);
                BothSay($"{Names[first]}: must not overlap {Names[second]}", shape, buffers);
            }
        }

        float[] bias = new float[256];
        Memory<float>[] apart = Buffers(shape);
        apart[gradient] = bias.AsMemory(100, 16);
        BothSay($"{Names[gradient]}: must not overlap bias", shape, apart, Mask.Bias(bias));
    }

    [Fact]
    public void Backward_WhatForwardRefuses_IsRefused()
    {
        BothSay("KeyHeads: expected a divisor of Heads = 4, got 3", Shape with { KeyHeads = 3 }, Buffers(Shape));
        BothSay("Width: expected at least 1, got 0", Shape with { Width = 0 }, Buffers(Shape));
        BothSay("MaxThreads: expected zero or more, got -1", Shape, Buffers(Shape), options: new() { MaxThreads = -1 });
        BothSay("Scale: expected a finite number up to ±1.7e38, got NaN", Shape, Buffers(Shape), options: new() { Scale = float.NaN });
        int[] oneLength = [1];
        BothSay("key lengths: expected B = 2 of them, got 1", Shape, Buffers(Shape), Mask.KeyLengths(oneLength));
        BothSay("visible: expected [N, M] = 3×5 = 15, [B, 1, N, M] = 30 or [B, H, N, M] = 120 elements, got 14", Shape, Buffers(Shape), Mask.Visible(new bool[14]));
    }

    /// <summary>Products that wrap around to a small number in 32 or in 64 bits must not pass for it.</summary>
    [Fact]
    public void Backward_MoreThanABufferHolds_IsRefusedBeforeAnythingOverflows()
    {
        const string TooMany = "elements, more than the 2147483591 that one buffer can hold";
        Memory<float>[] none = new Memory<float>[9];
        BothSay($"query: 1×1×65536×65536 = 4294967296 {TooMany}", new(1, 1, 1, 65536, 1, 65536, 1), none);
        BothSay($"query: 65536×65536×65536×65536 = 18446744073709551616 {TooMany}", new(65536, 65536, 1, 65536, 0, 65536, 1), none);
        BothSay($"key: 1×1×65536×65536 = 4294967296 {TooMany}", new(1, 1, 1, 0, 65536, 65536, 1), none);
    }

    /// <summary>The N×M weights need not fit a buffer: they never exist.</summary>
    [Fact]
    public void Backward_MoreWeightsThanABufferHolds_IsFine()
    {
        AttentionShape shape = AttentionShape.Single(50_000, 50_000, 1, 1);
        float[] values = new Draw(900).Normal(50_000), slopes = new Draw(901).Normal(50_000);
        float[] output = new float[50_000], logSumExp = new float[50_000];
        int[] onlyOneKey = [1];
        Mask mask = Mask.KeyLengths(onlyOneKey);
        ScaledDotProduct.Forward(shape, values, values, values, output, logSumExp, mask);
        float[] gradient = new float[50_000];
        ScaledDotProduct.Backward(shape, values, values, values, output, logSumExp, slopes, default, default, gradient, mask);
        ErrorBudget.Rounding(1000).Assert("the one value that is seen", new([slopes.Sum(slope => (double)slope)], [slopes.Sum(slope => Math.Abs((double)slope))]), gradient.AsSpan(0, 1));
        Assert.All(gradient[1..], slope => Assert.Equal(0, slope));
    }
}
