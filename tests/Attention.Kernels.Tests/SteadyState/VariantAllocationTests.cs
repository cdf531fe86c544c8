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
