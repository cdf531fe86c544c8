namespace Attention.Kernels.Tests;

/// <summary>Dropout on the weights.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class AttentionDropoutTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Forward_WithDropout_StaysInBudgetAndInBounds(float rate)
    {
        MaskKind[] masks = [MaskKind.None, MaskKind.Causal, MaskKind.Window, MaskKind.BiasPerHead, MaskKind.LeftPadding, MaskKind.AllRanges];
        foreach ((MaskKind mask, string text) in from mask in masks from text in (string[])["2×4/2×19×35×8/5", "1×2×130×300×16", "2×1×5×1×3"] select (mask, text))
        {
            AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse(text), mask, seed: 501) with { Dropout = new(rate, 502) };
            new AttentionJudge(problem).AssertEveryForm();
            new AttentionJudge(problem with { Layout = AttentionLayout.LengthFirst }).Assert("length first", AttentionCalls.Forward(Form.Door).Run(problem));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void RateZero_DropsNothing(Form form)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("2×2/1×33×170×8/5"), MaskKind.CausalAndBias, seed: 503);
        Bits.Same($"{form}", AttentionCalls.Forward(form).Run(problem).Output, AttentionCalls.Forward(form).Run(problem with { Dropout = new(0, 7) }).Output);
    }

    /// <summary>Values that are the rows of the identity show each weight: what is dropped is the same on every width and thread, and what the generator says.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Dropped_IsAFunctionOfSeedAndPlaceAlone(Form form)
    {
        AttentionShape shape = new(Batch: 2, Heads: 2, KeyHeads: 1, Queries: 70, Keys: 208, Width: 4, ValueWidth: 208);
        float[] identity = new float[2 * 208 * 208];
        for (int j = 0; j < 2 * 208; j++)
        {
            identity[(j * 208) + (j % 208)] = 1;
        }

        WeightDropout dropout = new(0.3f, 0xFEED_0000_0000_0001);
        AttentionCase problem = AttentionCase.Draw(shape, MaskKind.None, seed: 505) with { Value = identity, Dropout = dropout };
        float[] weights = AttentionCalls.Forward(form).Run(problem).Output;
        for (int index = 0; index < weights.Length; index++)
        {
            Assert.True((weights[index] == 0) == CounterRandom.Uniform(dropout.Seed, (ulong)index) < dropout.Rate, $"{form}: weight {index} is {weights[index]}");
        }

        foreach (int threads in (int[])[2, 3, 0])
        {
            Bits.Same($"{form}, {threads} threads", weights, AttentionCalls.Forward(form).Run(problem, Fence.Start, threads).Output);
        }

        // In a panel of the other orientation as well.
        float[] along = [.. Enumerable.Repeat(1f, weights.Length)];
        DropAlongKeys(form, dropout, along);
        Assert.Equal(Array.ConvertAll(weights, weight => weight == 0), Array.ConvertAll(along, factor => factor == 0));
    }

    [Fact]
    public void OverManySeeds_TheMeanIsWhatItIsWithoutDropout()
    {
        const int Seeds = 400;
        const float Rate = 0.4f;
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×1×3×50×4/1"), MaskKind.Causal, seed: 507);
        AttentionOracle oracle = AttentionOracle.Of(problem);
        double[] means = new double[3];
        for (int seed = 0; seed < Seeds; seed++)
        {
            float[] output = AttentionCalls.Forward(Form.Door).Run(problem with { Dropout = new(Rate, (ulong)seed) }).Output;
            for (int i = 0; i < means.Length; i++)
            {
                means[i] += output[i] / (double)Seeds;
            }
        }

        for (int i = 0; i < means.Length; i++)
        {
            double variance = Enumerable.Range(0, 50).Sum(j => Math.Pow(oracle.Weights.Values[(i * 50) + j] * problem.Value[j], 2)) * Rate / (1 - Rate);
            Assert.InRange(means[i] - oracle.Output.Values[i], -5 * Math.Sqrt(variance / Seeds), 5 * Math.Sqrt(variance / Seeds));
        }
    }

    [Fact]
    public void Cells_DropWhatTheBuffersDrop()
    {
        Draw draw = new(509);
        float[,] query = draw.Matrix(7, 4), key = draw.Matrix(9, 4), value = draw.Matrix(9, 3);
        AttentionOptions options = new() { Dropout = new(0.5f, 11), Scale = 0.7f };
        float[,] weights = ScaledDotProduct.Weights(query, key, Mask.Causal, options);
        float[] naive = new float[7 * 9], output = new float[7 * 3];
        ScaledDotProduct.ForwardNaive(AttentionShape.Single(7, 9, 4, 3), [.. query.Cast<float>()], [.. key.Cast<float>()], [.. value.Cast<float>()], output, naive, default, Mask.Causal, options);
        Bits.Same("weights", naive, [.. weights.Cast<float>()]);
        Assert.Contains(0, naive);
        float[] attended = [.. ScaledDotProduct.Attend(query, key, value, Mask.Causal, options).Cast<float>()];
        for (int element = 0; element < output.Length; element++)
        {
            Assert.Equal(output[element], attended[element], 1e-5f);
        }
    }

    private static unsafe void DropAlongKeys(Form form, WeightDropout dropout, float[] weights)
    {
        fixed (float* start = weights)
        {
            int rows = weights.Length / 208;
            switch (form)
            {
                case Form.Lanes512:
                    dropout.DropAlongKeys<Lanes512>(0, 208, start, rows, 208, 208);
                    break;
                case Form.Lanes256:
                    dropout.DropAlongKeys<Lanes256>(0, 208, start, rows, 208, 208);
                    break;
                case Form.Lanes128:
                    dropout.DropAlongKeys<Lanes128>(0, 208, start, rows, 208, 208);
                    break;
                default:
                    dropout.DropAlongKeys<Lanes1>(0, 208, start, rows, 208, 208);
                    break;
            }
        }
    }
}
