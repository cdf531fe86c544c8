using static Attention.Kernels.LatentAttention;

namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class LatentAttentionTests
{
    private static readonly LatentShape[] Shapes =
        [new(2, 3, 4, 9, 10, 4, 6, 5), new(1, 1, 1, 1, 1, 0, 1, 1), new(1, 4, 3, 40, 33, 16, 32, 17), new(2, 2, 5, 5, 24, 2, 3, 64), new(1, 2, 3, 600, 20, 8, 8, 16)];

    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (LatentShape shape in Shapes)
        {
            foreach (bool causal in (bool[])[false, true])
            {
                LatentProblem problem = new(shape, 5);
                Mask mask = causal ? Mask.Causal : Mask.None;
                using Fences fences = new(fence);
                Memory<float> query = fences.Input(problem.Query, "query"), latent = fences.Input(problem.Latent, "latent"), rotaryKey = fences.Input(problem.RotaryKey, "rotaryKey");
                Memory<float> keyWeights = fences.Input(problem.KeyWeights, "keyWeights"), valueWeights = fences.Input(problem.ValueWeights, "valueWeights");
                Memory<float> key = fences.Output(problem.KeyCount, "key"), value = fences.Output(problem.ValueCount, "value"), output = fences.Output(problem.OutputCount, "output");
                Forward(
                    shape, query.Span, latent.Span, rotaryKey.Span, keyWeights.Span, valueWeights.Span, key.Span, value.Span, output.Span, mask: mask, options: Options(form));
                fences.AssertIntact();
                ErrorBudget.Forward.Assert($"{shape}, causal {causal}, {form}", problem.Oracle(causal), problem.Naive(mask), output.Span);
            }
        }
    }

    /// <summary>The absorbed form reads latents only, from a cache filled token by token, and gives the rows of the expanded form.</summary>
    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAbsorbed_LatentsInACache_GivesTheRowsOfTheExpandedForm(Form form, Fence fence)
    {
        foreach (LatentShape shape in Shapes)
        {
            LatentProblem problem = new(shape, 6);
            KeyValueCache cache = problem.Cache();
            using Fences fences = new(fence);
            Memory<float> query = fences.Input(problem.Query, "query"), output = fences.Output(problem.OutputCount, "output");
            Memory<float> keyWeights = fences.Input(problem.KeyWeights, "keyWeights"), valueWeights = fences.Input(problem.ValueWeights, "valueWeights");
            ForwardAbsorbed(shape, cache, query.Span, keyWeights.Span, valueWeights.Span, output.Span, Options(form));
            fences.AssertIntact();
            ErrorBudget.Forward.Assert($"absorbed, {shape}, {form}", problem.Oracle(causal: true), problem.Naive(Mask.Causal), output.Span);
            float[] naive = new float[problem.OutputCount];
            ForwardAbsorbedNaive(shape, cache, problem.Query, problem.KeyWeights, problem.ValueWeights, naive);
            ErrorBudget.Forward.Assert($"absorbed naive, {shape}", problem.Oracle(causal: true), problem.Naive(Mask.Causal), naive);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Backward_AgainstFiniteDifferences_Agrees(Form form)
    {
        foreach (bool causal in (bool[])[false, true])
        {
            LatentShape shape = new(2, 2, 3, 4, 5, 2, 3, 4);
            LatentProblem p = new(shape, 7);
            Mask mask = causal ? Mask.Causal : Mask.None;
            float[] key = new float[p.KeyCount], value = new float[p.ValueCount], output = new float[p.OutputCount], logSumExp = new float[2 * 2 * 3];
            float[] slopes = new Draw(8).Normal(p.OutputCount);
            Forward(shape, p.Query, p.Latent, p.RotaryKey, p.KeyWeights, p.ValueWeights, key, value, output, logSumExp, mask, Options(form));

            using Fences fences = new(Fence.End);
            Memory<float> keyGradient = fences.Output(p.KeyCount, "keyGradient"), valueGradient = fences.Output(p.ValueCount, "valueGradient");
            Memory<float> dq = fences.Output(p.Query.Length, "dq"), dc = fences.Output(p.Latent.Length, "dc"), dr = fences.Output(p.RotaryKey.Length, "dr");
            Memory<float> dk = fences.Output(p.KeyWeights.Length, "dk"), dv = fences.Output(p.ValueWeights.Length, "dv");
            Backward(
                shape, p.Query, p.Latent, p.KeyWeights, p.ValueWeights, key, value, output, logSumExp, slopes, keyGradient.Span, valueGradient.Span, dq.Span, dc.Span, dr.Span, dk.Span, dv.Span, mask, Options(form));
            fences.AssertIntact();

            double Loss(double[] query, double[] latent, double[] rotaryKey, double[] keyWeights, double[] valueWeights) =>
                LatentOracle.Forward(shape, causal, query, latent, rotaryKey, keyWeights, valueWeights).Values.Zip(slopes, (y, dy) => y * dy).Sum();
            (double[] q, double[] c, double[] r, double[] k, double[] v) = p.Doubles();
            FiniteDifferences.Assert("query", p.Query, x => Loss(x, c, r, k, v), dq.Span);
            FiniteDifferences.Assert("latent", p.Latent, x => Loss(q, x, r, k, v), dc.Span);
            FiniteDifferences.Assert("rotaryKey", p.RotaryKey, x => Loss(q, c, x, k, v), dr.Span);
            FiniteDifferences.Assert("keyWeights", p.KeyWeights, x => Loss(q, c, r, x, v), dk.Span);
            FiniteDifferences.Assert("valueWeights", p.ValueWeights, x => Loss(q, c, r, k, x), dv.Span);
        }
    }

    [Fact]
    public void Forward_NoTokens_GivesZerosAndNoGradient()
    {
        LatentShape shape = new(1, 2, 3, 0, 5, 2, 3, 4);
        LatentProblem p = new(shape, 9);
        float[] output = [.. Enumerable.Repeat(1f, p.OutputCount)], logSumExp = new float[6], dq = new float[p.Query.Length], dk = new float[30], dv = new float[40];
        (dq[0], dk[0], dv[0]) = (1, 1, 1);
        Forward(shape, p.Query, [], [], p.KeyWeights, p.ValueWeights, [], [], output, logSumExp);
        Backward(shape, p.Query, [], p.KeyWeights, p.ValueWeights, [], [], output, logSumExp, output, [], [], dq, [], [], dk, dv);
        Assert.All([.. output, .. dq, .. dk, .. dv], number => Assert.Equal(0, number));
        Assert.All(logSumExp, number => Assert.Equal(float.NegativeInfinity, number));
    }

    [Fact]
    public void Forward_WhatDoesNotFit_IsRefused()
    {
        LatentShape shape = new(2, 2, 3, 4, 5, 2, 3, 4);
        LatentProblem p = new(shape, 10);
        float[] key = new float[p.KeyCount], value = new float[p.ValueCount], output = new float[p.OutputCount];
        Refusal.Says("latent: expected 2×4×5 = 40 floats, got 39", () => Forward(shape, p.Query, new float[39], p.RotaryKey, p.KeyWeights, p.ValueWeights, key, value, output));
        Refusal.Says("rotaryKey: expected 2×4×2 = 16 floats, got 0", () => Forward(shape, p.Query, p.Latent, [], p.KeyWeights, p.ValueWeights, key, value, output));
        Refusal.Says("keyWeights: expected 5×2×3 = 30 floats, got 40", () => ForwardNaive(shape, p.Query, p.Latent, p.RotaryKey, p.ValueWeights, p.ValueWeights, key, value, output));
        Refusal.Says("valueWeights: expected 5×2×4 = 40 floats, got 30", () => Forward(shape, p.Query, p.Latent, p.RotaryKey, p.KeyWeights, p.KeyWeights, key, value, output));
        Refusal.Says("key: expected 2×4×2×5 = 80 floats, got 64", () => Forward(shape, p.Query, p.Latent, p.RotaryKey, p.KeyWeights, p.ValueWeights, value, value, output));
        Refusal.Says("key: must not overlap latent", () => Forward(shape with { Latent = 10, Heads = 2 }, p.Query, key, p.RotaryKey, new float[60], new float[80], key, value, output));
        Refusal.Says("Latent: expected at least 1, got 0", () => Forward(shape with { Latent = 0 }, p.Query, p.Latent, p.RotaryKey, p.KeyWeights, p.ValueWeights, key, value, output));
        Refusal.Says("Rotary: expected zero or more, got -1", () => Forward(shape with { Rotary = -1 }, [], [], [], [], [], [], [], []));
        KeyValueCache wrong = KeyValueCache.Contiguous(new(2, 1, 8, 5), 9);
        Refusal.Says(
            "cache: expected CacheShape { Sequences = 2, KeyHeads = 1, Width = 7, ValueWidth = 5, ValuesEndKeys = True }, got CacheShape { Sequences = 2, KeyHeads = 1, Width = 8, ValueWidth = 5, ValuesEndKeys = False }",
            () => ForwardAbsorbed(shape, wrong, p.Query, p.KeyWeights, p.ValueWeights, output));
        KeyValueCache cache = KeyValueCache.Contiguous(shape.Cache, 9);
        Refusal.Says(
            "sequence 0: 3 new tokens attend, and the cache holds 0; append their keys and values first", () => ForwardAbsorbed(shape, cache, p.Query, p.KeyWeights, p.ValueWeights, output));
        Refusal.Says("query: expected 2×3×2×5 = 60 floats, got 0", () => ForwardAbsorbed(shape, cache, [], p.KeyWeights, p.ValueWeights, output));
        Refusal.Says("query: expected 2×3×2×5 = 60 floats, got 0", () => ForwardAbsorbedNaive(shape, cache, [], p.KeyWeights, p.ValueWeights, output));
        AttentionOptions capped = new() { SoftCap = 5 };
        Refusal.Says("SoftCap: expected none, got 5; the absorbed form does not cap scores", () => ForwardAbsorbed(shape, cache, p.Query, p.KeyWeights, p.ValueWeights, output, capped));
        Refusal.Says("SoftCap: expected none, got 5; the absorbed form does not cap scores", () => ForwardAbsorbedNaive(shape, cache, p.Query, p.KeyWeights, p.ValueWeights, output, capped));
        Refusal.Says("latent: expected 2×4×5 = 40 floats, got 0", () => AppendLatents(shape, cache, [], p.RotaryKey));
    }

    private static AttentionOptions Options(Form form) => new() { MaxThreads = 1, RegisterBits = form.Options().RegisterBits };
}
