namespace Attention.Kernels.Tests;

/// <summary>The variants of attention cost the garbage collector nothing per call.</summary>
[Collection(Alone.Name)]
public sealed class VariantAllocationTests
{
    [Fact]
    public void LinearAttention_AllocatesNothingPerCall()
    {
        foreach (bool causal in (bool[])[false, true])
        {
            AttentionShape shape = AttentionCase.Parse("1×2/1×70×70×16/24");
            LinearAttentionForm form = new() { Causal = causal };
            Draw draw = new(404);
            float[] q = draw.Normal(shape.QueryCount), k = draw.Normal(shape.KeyCount), v = draw.Normal(shape.ValueCount);
            float[] o = new float[shape.OutputCount], n = new float[shape.RowCount], dq = new float[q.Length], dk = new float[k.Length], dv = new float[v.Length];
            AllocationTests.AssertNone("linear forward", () => LinearAttention.Forward(shape, q, k, v, o, n, form: form));
            AllocationTests.AssertNone("linear recurrent", () => LinearAttention.ForwardRecurrent(shape, q, k, v, o, n));
            AllocationTests.AssertNone("linear backward", () => LinearAttention.Backward(shape, q, k, v, o, n, o, dq, dk, dv, form: form));
        }
    }

    [Fact]
    public void LatentAttention_AllocatesNothingPerCall()
    {
        LatentShape shape = new(1, 2, 5, 70, 24, 8, 16, 20);
        LatentProblem p = new(shape, 408);
        float[] key = new float[p.KeyCount], value = new float[p.ValueCount], output = new float[p.OutputCount], logSumExp = new float[p.RowCount];
        float[] dKey = new float[key.Length], dValue = new float[value.Length], dQuery = new float[p.Query.Length], dLatent = new float[p.Latent.Length];
        float[] dRotaryKey = new float[p.RotaryKey.Length], dKeyWeights = new float[p.KeyWeights.Length], dValueWeights = new float[p.ValueWeights.Length];
        AllocationTests.AssertNone(
            "latent forward", () => LatentAttention.Forward(shape, p.Query, p.Latent, p.RotaryKey, p.KeyWeights, p.ValueWeights, key, value, output, logSumExp, Mask.Causal));
        AllocationTests.AssertNone("latent backward", () => LatentAttention.Backward(
            shape, p.Query, p.Latent, p.KeyWeights, p.ValueWeights, key, value, output, logSumExp, output, dKey, dValue, dQuery, dLatent, dRotaryKey, dKeyWeights, dValueWeights, Mask.Causal));

        KeyValueCache cache = KeyValueCache.Contiguous(new(1, 1, 32, 24), 200);
        AllocationTests.AssertNone("latent append", () => LatentAttention.AppendLatents(shape, cache, p.Latent, p.RotaryKey), cache.Reset);
        AllocationTests.AssertNone("latent absorbed", () => LatentAttention.ForwardAbsorbed(shape, cache, p.Query, p.KeyWeights, p.ValueWeights, output));
    }

    [Fact]
    public void Scores_AllocateNothingPerCall()
    {
        foreach (ScoreKernel kernel in ScoreKernel.All)
        {
            ScoreShape shape = new(2, 20, 30, 16, 16, 24);
            Draw draw = new(405);
            Memory<float>[] inputs = [.. kernel.Inputs(shape).Select(input => draw.Normal(input.Count).AsMemory())], gradients = [.. inputs.Select(input => new float[input.Length].AsMemory())];
            float[] scores = new float[2 * 20 * 30];
            AllocationTests.AssertNone($"{kernel} forward", () => kernel.Forward(shape, inputs, scores, default));
            AllocationTests.AssertNone($"{kernel} backward", () => kernel.Backward(shape, inputs, scores, gradients, default));
        }
    }

    [Fact]
    public void RelativeAttention_AllocatesNothingPerCall()
    {
        AttentionShape shape = AttentionCase.Parse("1×2/1×70×150×16/24");
        Draw draw = new(406);
        float[] q = draw.Normal(shape.QueryCount), k = draw.Normal(shape.KeyCount), v = draw.Normal(shape.ValueCount), r = draw.Normal(2 * 150 * 16), u = draw.Normal(2 * 16);
        float[] o = new float[shape.OutputCount], l = new float[shape.RowCount], dq = new float[q.Length], dk = new float[k.Length], dv = new float[v.Length], dr = new float[r.Length];
        float[] du = new float[u.Length], dw = new float[u.Length];
        AllocationTests.AssertNone("relative forward", () => RelativeAttention.Forward(shape, q, k, v, r, u, u, o, l));
        AllocationTests.AssertNone("relative backward", () => RelativeAttention.Backward(shape, q, k, v, r, u, u, o, l, o, dq, dk, dv, dr, du, dw));
    }

    [Fact]
    public void LocalAttentionAndItsPredictor_AllocateNothingPerCall()
    {
        AttentionShape shape = AttentionCase.Parse("1×2/1×70×70×16/24");
        LocalWindow window = new(10, Gaussian: true);
        Draw draw = new(407);
        float[] q = draw.Normal(shape.QueryCount), k = draw.Normal(shape.KeyCount), v = draw.Normal(shape.ValueCount), c = draw.Uniform(shape.RowCount, 0, 70);
        float[] o = new float[shape.OutputCount], l = new float[shape.RowCount], dq = new float[q.Length], dk = new float[k.Length], dv = new float[v.Length], dc = new float[c.Length];
        AllocationTests.AssertNone("local forward", () => LocalAttention.Forward(shape, window, q, k, v, c, o, l));
        AllocationTests.AssertNone("local backward", () => LocalAttention.Backward(shape, window, q, k, v, c, l, o, dq, dk, dv, dc));

        PositionPredictorShape predictor = new(140, 16, 24, 70);
        float[] weight = draw.Normal(24 * 16), vector = draw.Normal(24), dw = new float[weight.Length], du = new float[24];
        AllocationTests.AssertNone("predictor forward", () => PositionPredictor.Forward(predictor, q, weight, vector, c));
        AllocationTests.AssertNone("predictor backward", () => PositionPredictor.Backward(predictor, q, weight, vector, c, l, dq, dw, du));
    }
}
