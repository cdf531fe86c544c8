namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class AdditiveScoreTests
{
    private static readonly ScoreShape Shape = new(2, 9, 21, 5, 7, 19);

    public static TheoryData<Form> Every => Forms.Theory;

    /// <summary>W [q; k] = W_q q + W_k k: cut in two, the matrix of a concat score makes an additive one, in scores and gradients, to the last bit.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void ConcatScore_MatrixCutInTwo_IsTheAdditiveScore(Form form)
    {
        KernelOptions options = form.Options();
        Draw draw = new(541);
        float[] query = draw.Normal(2 * 9 * 5), key = draw.Normal(2 * 21 * 7), weight = draw.Normal(19 * 12), vector = draw.Normal(19), slopes = draw.Normal(2 * 9 * 21);
        float[] left = [.. weight.Where((_, index) => index % 12 < 5)], right = [.. weight.Where((_, index) => index % 12 >= 5)];
        float[] concat = new float[slopes.Length], additive = new float[slopes.Length];
        ConcatScore.Forward(Shape, query, key, weight, vector, concat, options);
        AdditiveScore.Forward(Shape, query, key, left, right, [], vector, additive, options);
        Bits.Same("scores", concat, additive);

        float[] dq = new float[query.Length], dk = new float[key.Length], dw = new float[weight.Length], dv = new float[19];
        float[] dq2 = new float[query.Length], dk2 = new float[key.Length], dleft = new float[left.Length], dright = new float[right.Length], dv2 = new float[19];
        ConcatScore.Backward(Shape, query, key, weight, vector, slopes, dq, dk, dw, dv, options);
        AdditiveScore.Backward(Shape, query, key, left, right, [], vector, slopes, dq2, dk2, dleft, dright, [], dv2, options);
        Bits.Same("dquery", dq, dq2);
        Bits.Same("dkey", dk, dk2);
        Bits.Same("dvector", dv, dv2);
        Bits.Same("dW, left", [.. dw.Where((_, index) => index % 12 < 5)], dleft);
        Bits.Same("dW, right", [.. dw.Where((_, index) => index % 12 >= 5)], dright);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NoBias_IsABiasOfZeros(Form form)
    {
        Draw draw = new(542);
        float[] query = draw.Normal(2 * 9 * 5), key = draw.Normal(2 * 21 * 7), w = draw.Normal(19 * 5), u = draw.Normal(19 * 7), vector = draw.Normal(19);
        float[] without = new float[2 * 9 * 21], zeros = new float[without.Length], naive = new float[without.Length];
        AdditiveScore.Forward(Shape, query, key, w, u, [], vector, without, form.Options());
        AdditiveScore.Forward(Shape, query, key, w, u, new float[19], vector, zeros, form.Options());
        AdditiveScore.ForwardNaive(Shape, query, key, w, u, [], vector, naive);
        Bits.Same("scores", zeros, without);
        float[] naiveZeros = new float[without.Length];
        AdditiveScore.ForwardNaive(Shape, query, key, w, u, new float[19], vector, naiveZeros);
        Bits.Same("naive scores", naiveZeros, naive);
    }

    /// <summary>tanh is flat far out: scores end at ± Σ |v|, and gradients at zero, not at NaN.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void ForwardAndBackward_HugeInputs_Saturate(Form form)
    {
        ScoreShape shape = new(1, 2, 20, 1, 1, 3);
        float[] query = [1e30f, -1e30f], key = new Draw(543).Normal(20), ones = [1, 1, 1], vector = [1, 2, 4], scores = new float[40];
        AdditiveScore.Forward(shape, query, key, ones, ones, [], vector, scores, form.Options());
        Assert.All(scores, (score, index) => Assert.Equal(index < 20 ? 7 : -7, score));
        float[] dq = new float[2], dk = new float[20], dw = new float[3], du = new float[3], dv = new float[3];
        AdditiveScore.Backward(shape, query, key, ones, ones, [], vector, scores, dq, dk, dw, du, [], dv, form.Options());
        Assert.All([.. dq, .. dk, .. du], value => Assert.Equal(0, value));
        Assert.All(dv, value => Assert.Equal(280, value));
    }
}
