using System.Runtime.CompilerServices;

namespace Attention.Kernels.Tests;

/// <summary>A call that repeats costs the garbage collector nothing, whatever the mask; for every kernel see <see cref="EveryKernelTests"/>.</summary>
[Collection(Alone.Name)]
public sealed class AllocationTests
{
    private const int Calls = 20;
    private const int Batches = 5;

    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Attention_OneThread_AllocatesNothingPerCall(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×33×70×16/24", "1×1×300×600×64", "1×8/2×1×300×64"])
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(shape), mask, seed: 401);
            using Fences fences = new(Fence.End);
            Mask built = problem.Mask.Build(fences);
            float[] output = new float[problem.Sizes.Output];
            float[] logSumExp = new float[problem.Sizes.Rows];
            AssertNone($"{problem}", () =>
                ScaledDotProduct.Forward(problem.Shape, problem.Query, problem.Key, problem.Value, output, logSumExp, built, new AttentionOptions { MaxThreads = 1 }));
        }
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void AttentionBackward_OneThread_AllocatesNothingPerCall(MaskKind mask)
    {
        foreach (string shape in (string[])["2×4/2×33×70×16/24", "1×1×200×300×64"])
        {
            AttentionBackwardCase problem = AttentionBackwardCase.Draw(AttentionCase.Parse(shape), mask, seed: 404);
            (AttentionCase forward, Sizes sizes) = (problem.Problem, problem.Problem.Sizes);
            using Fences fences = new(Fence.End);
            Mask built = forward.Mask.Build(fences);
            float[] query = new float[sizes.Query], key = new float[sizes.Key], value = new float[sizes.Value];
            AssertNone($"{problem}", () => ScaledDotProduct.Backward(
                forward.Shape,
                forward.Query,
                forward.Key,
                forward.Value,
                problem.Forward.Output,
                problem.Forward.LogSumExp,
                problem.Slopes,
                query,
                key,
                value,
                built,
                new AttentionOptions { MaxThreads = 1 }));
        }
    }

    [Fact]
    public void Mask_MadeOfMemoryAndCombined_AllocatesNothing()
    {
        int[] lengths = [3, 5];
        bool[] visible = new bool[15];
        float[] bias = new float[15];
        Mask mask = default;
        AssertNone("masks", () => mask = Mask.Causal & Mask.KeyLengths(lengths) & Mask.KeyStarts(lengths) & Mask.Visible(visible) & Mask.Blocks(visible, 4) & Mask.Bias(bias) & Mask.Alibi(bias) & Mask.Window(3, 4) & mask & Mask.None, reset: () => mask = default);
    }

    /// <summary>What a kernel keeps for its next call must not keep the last caller's mask alive.</summary>
    [Fact]
    public void Attention_Finished_LetsGoOfItsMask()
    {
        WeakReference mask = Attend();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(mask.IsAlive, "the mask's memory is still referred to");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Attend()
        {
            Draw draw = new(403);
            float[,] query = draw.Matrix(70, 8), key = draw.Matrix(90, 8), value = draw.Matrix(90, 8);
            bool[] visible = draw.Coins(70 * 90);
            _ = ScaledDotProduct.Attend(query, key, value, Mask.Visible(visible));
            return new WeakReference(visible);
        }
    }

    /// <summary>The measure itself sees an allocation.</summary>
    [Fact]
    public void AssertNone_CallThatAllocates_Fails() =>
        Assert.Matches("Of: [1-9][0-9]+ bytes", Assert.ThrowsAny<Exception>(() => AssertNone("Of", () => Exponential.Of(new float[1]))).Message);

    internal static void AssertNone(string what, Action call, Action? reset = null)
    {
        // What a call allocates it allocates in every batch; what the runtime does once (compile again, retire a half-used block of the heap) is gone from the next.
        long fewest = long.MaxValue;
        for (int batch = 0; batch < Batches && fewest > 0; batch++)
        {
            call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Calls; i++)
            {
                reset?.Invoke();
                call();
            }

            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(fewest == 0, $"{what}: {fewest} bytes in {Calls} calls");
    }
}
