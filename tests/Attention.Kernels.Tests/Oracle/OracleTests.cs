using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Attention.Kernels.Tests;

/// <summary>The oracle is only as good as what it is held against: MathNet's matrices and functions, and numbers worked out by hand.</summary>
public sealed class OracleTests
{
    [Fact]
    public void Softmax_ByHand_GivesKnownFractions()
    {
        double[] weights = SoftmaxOracle.Forward(2, 3, [Math.Log(1), Math.Log(2), Math.Log(5), 1000, 1000 + Math.Log(3), double.NegativeInfinity]);
        double[] expected = [1 / 8.0, 2 / 8.0, 5 / 8.0, 1 / 4.0, 3 / 4.0, 0];
        Assert.All(weights, (weight, index) => Assert.Equal(expected[index], weight, 1e-13));
    }

    [Fact]
    public void Softmax_OnlyHidden_GivesZeros() =>
        Assert.Equal([0, 0], SoftmaxOracle.Forward(1, 2, [double.NegativeInfinity, double.NegativeInfinity]));

    [Fact]
    public void SoftmaxBackward_AgainstFiniteDifferences_Agrees()
    {
        Draw draw = new(11);
        double[] scores = Array.ConvertAll(draw.Normal(7), x => (double)x);
        double[] upstream = Array.ConvertAll(draw.Normal(7), x => (double)x);
        double[] gradient = SoftmaxOracle.Backward(1, 7, SoftmaxOracle.Forward(1, 7, scores), upstream).Values;
        for (int j = 0; j < scores.Length; j++)
        {
            double difference = Differentiate.FirstPartialDerivative(x => Loss(x, upstream), scores, j);
            Assert.Equal(difference, gradient[j], 1e-7);
        }
    }

    [Theory]
    [InlineData(MaskKind.None)]
    [InlineData(MaskKind.Causal)]
    [InlineData(MaskKind.Bias)]
    [InlineData(MaskKind.BiasPerHead)]
    [InlineData(MaskKind.Visible)]
    public void Attention_AgainstMathNetMatrices_Agrees(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionCase.Parse("1×1×9×13×5/4"), mask, seed: 3);
        AttentionOracle oracle = AttentionOracle.Of(problem);
        Matrix<double> query = Rows(problem.Query, 5), key = Rows(problem.Key, 5), value = Rows(problem.Value, 4);
        Matrix<double> scores = (query * key.Transpose() / Math.Sqrt(5))
            .MapIndexed((i, j, score) => problem.Mask.Visible(0, 0, i, j) ? score + problem.Mask.Bias(0, 0, i, j) : double.NegativeInfinity);
        Matrix<double> powers = scores.PointwiseExp();
        Vector<double> sums = powers.RowSums();
        Matrix<double> context = powers.MapIndexed((i, _, power) => sums[i] == 0 ? 0 : power / sums[i]) * value;
        Assert.All(oracle.Output.Values, (actual, index) => Assert.Equal(context[index / 4, index % 4], actual, 1e-12));
        Assert.All(oracle.LogSumExp.Values, (actual, row) => Assert.Equal(Math.Log(sums[row]), actual, 1e-12));
    }

    [Fact]
    public void Attention_ByHand_GivesKnownContext()
    {
        // Scores 0 and ln 3 (the scale of D = 1 is 1): weights ¼ and ¾, so ¼·8 + ¾·4 = 5.
        AttentionCase problem = new("by hand", AttentionCase.Parse("1×1×1×2×1"), [1], [0, MathF.Log(3)], [8, 4], MaskCase.None);
        Assert.Equal(5, AttentionOracle.Of(problem).Output.Values[0], 1e-7);
    }

    [Fact]
    public void Attention_GroupedHeads_ReadTheirOwnKeyHead()
    {
        // One key per head: the output is that key head's value; heads 0 and 1 share the first, heads 2 and 3 the second.
        AttentionCase problem = new("groups", AttentionCase.Parse("1×4/2×1×1×1"), [1, 2, 3, 4], [5, 6], [7, 8], MaskCase.None);
        Assert.Equal([7, 7, 8, 8], AttentionOracle.Of(problem).Output.Values);
    }

    private static double Loss(double[] scores, double[] upstream) =>
        SoftmaxOracle.Forward(1, scores.Length, scores).Zip(upstream, (weight, slope) => weight * slope).Sum();

    private static Matrix<double> Rows(float[] values, int columns) =>
        Matrix<double>.Build.Dense(values.Length / columns, columns, (i, j) => values[(i * columns) + j]);
}
