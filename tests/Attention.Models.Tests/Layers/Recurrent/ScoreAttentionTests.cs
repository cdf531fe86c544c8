using Attention.Kernels;
using Attention.Models.Tests.Tensors;

namespace Attention.Models.Tests.Layers.Recurrent;

public sealed class ScoreAttentionTests
{
    public static TheoryData<AttentionScore, AttentionWindow> Forms =>
        new MatrixTheoryData<AttentionScore, AttentionWindow>(Enum.GetValues<AttentionScore>(), Enum.GetValues<AttentionWindow>());

    [Theory]
    [MemberData(nameof(Forms))]
    public void Forward_Backward_IsTheSlope(AttentionScore score, AttentionWindow window)
    {
        ScoreAttention attention = new(new(3, 3) { Score = score, Window = window, MostKeys = 6, Radius = 2, Hidden = 2 }, new(1));
        Tensor query = new Draw(2).Of(2, 3), keys = new Draw(3).Of(2, 5, 3);
        int[] lengths = [5, 4];

        GradientCheck.Assert(() => Read().Context, [query, keys, .. attention.Parameters]);
        GradientCheck.Assert(() => Read().Weights, [query, .. attention.Parameters]);
        Assert.All(Read().Weights.At(0, 1).Slice(0, 4, 1).ToArray(), weight => Assert.Equal(0, weight));

        AttentionContext Read() => attention.Forward(query, attention.Remember(keys, lengths), 1);
    }

    [Fact]
    public void Forward_WithCoverage_IsTheSlope()
    {
        ScoreAttention attention = new(new(3, 2) { HasCoverage = true, Hidden = 4 }, new(1));
        Tensor query = new Draw(2).Of(2, 3), keys = new Draw(3).Of(2, 4, 2), coverage = new Draw(4).Positive(2, 4);

        GradientCheck.Assert(() => attention.Forward(query, attention.Remember(keys), coverage: coverage).Context, [query, keys, coverage, .. attention.Parameters]);
    }

    [Theory]
    [InlineData(AttentionScore.Additive)]
    [InlineData(AttentionScore.Concat)]
    [InlineData(AttentionScore.General)]
    [InlineData(AttentionScore.Location)]
    [InlineData(AttentionScore.Dot)]
    public void Forward_Weights_AreTheKernelsScores(AttentionScore score)
    {
        ScoreAttention attention = new(new(3, 3) { Score = score, MostKeys = 5, Hidden = 4 }, new(1));
        Dictionary<string, Tensor> p = attention.NamedParameters.ToDictionary();
        Tensor query = new Draw(2).Of(1, 3), keys = new Draw(3).Of(5, 3);
        float[,] q = query.ToMatrix(), k = keys.ToMatrix();
        float[,] scores = score switch
        {
            AttentionScore.Additive => AdditiveScore.Of(q, k, p["query.weight"].ToMatrix(), p["key.weight"].ToMatrix(), p["query.bias"].ToArray(), p["vector.weight"].ToArray()),
            AttentionScore.Concat => ConcatScore.Of(q, k, Tensor.Concat(1, p["query.weight"], p["key.weight"]).ToMatrix(), p["vector.weight"].ToArray()),
            AttentionScore.General => GeneralScore.Of(q, k, p["key.weight"].ToMatrix()),
            AttentionScore.Location => LocationScore.Of(q, p["query.weight"].ToMatrix()),
            _ => DotScore.Of(q, k),
        };

        Tensor weights = attention.Forward(query, attention.Remember(keys.Reshape(1, 5, 3))).Weights;

        Near(Tensor.Of(scores).Softmax(), weights);
    }

    [Fact]
    public void Forward_LocalPredictive_IsTheKernelsLocalAttention()
    {
        ScoreAttention attention = new(new(4, 4) { Score = AttentionScore.Dot, Window = AttentionWindow.LocalPredictive, Radius = 3 }, new(1));
        Dictionary<string, Tensor> p = attention.NamedParameters.ToDictionary();
        Tensor query = new Draw(2).Of(1, 4), keys = new Draw(3).Of(1, 9, 4);
        float[] centre = PositionPredictor.Of(query.ToMatrix(), p["centre.weight"].ToMatrix(), p["centreVector.weight"].ToArray(), 9), context = new float[4];
        LocalAttention.Forward(new(1, 1, 1, 1, 9, 4, 4), new(3, Gaussian: true), (query * 2).Values, keys.Values, keys.Values, centre, context); // 2 = √4 undoes the kernel's scale

        Near(Tensor.Of(context, 1, 4), attention.Forward(query, attention.Remember(keys)).Context);
    }

    [Fact]
    public void Forward_LocalMonotonic_SeesTheWindowAlone()
    {
        ScoreAttention attention = new(new(2, 2) { Score = AttentionScore.Dot, Window = AttentionWindow.LocalMonotonic, Radius = 1 }, new(1));
        int[] lengths = [6, 3];
        AttentionMemory memory = attention.Remember(new Draw(1).Of(2, 6, 2), lengths);

        Assert.Equal(
            [false, false, false, true, true, true, false, true, true, false, false, false],
            attention.Forward(new Draw(2).Of(2, 2), memory, 4).Weights.ToArray().Select(weight => weight > 0));
    }

    [Fact]
    public void Forward_WithARecorder_WritesTheWeightsDown()
    {
        ScoreAttention attention = new(new(2, 2), new(1));
        using AttentionRecorder recorder = AttentionRecorder.Start();
        AttentionContext read = attention.Forward(new Draw(2).Of(1, 2), attention.Remember(new Draw(1).Of(1, 3, 2)));

        Assert.Equal(read.Weights.ToArray(), recorder[""].ToArray());
        Assert.Equal([1, 1, 1, 3], recorder[""].Shape);
    }

    [Fact]
    public void SizesThatDoNotFit_AreNamed()
    {
        ScoreAttention attention = new(new(2, 3) { Score = AttentionScore.Location, MostKeys = 4 }, new(1));
        AttentionMemory memory = attention.Remember(Tensor.Zeros(2, 4, 3));
        int[] tooLong = [4, 5];

        Refused("Remember: expected keys [B, M, 3], at least one, got [2, 4, 2]", () => attention.Remember(Tensor.Zeros(2, 4, 2)));
        Refused("Remember: expected 2 lengths from 1 to 4, got 4, 5", () => attention.Remember(Tensor.Zeros(2, 4, 3), tooLong));
        Refused("Remember: a location score of 4 places, got 5 keys", () => attention.Remember(Tensor.Zeros(2, 5, 3)));
        Refused("ScoreAttention: expected queries [2, 2], got [2, 3]", () => attention.Forward(Tensor.Zeros(2, 3), memory));
        Refused("ScoreAttention: got a coverage, which the score does not see", () => attention.Forward(Tensor.Zeros(2, 2), memory, coverage: Tensor.Zeros(2, 4)));
        Refused("attention: a dot score needs queries and keys of the same width, got 2 and 3", () => new ScoreAttention(new(2, 3) { Score = AttentionScore.Dot }, new(1)));
        Refused("attention: coverage is seen by an additive or concat score, not by Dot", () => new ScoreAttention(new(2, 2) { Score = AttentionScore.Dot, HasCoverage = true }, new(1)));
        Refused("Radius: expected at least 1, got 0", () => new ScoreAttention(new(2, 2) { Radius = 0 }, new(1)));

        static void Refused(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected.Values[i], actual.Values[i], 2e-6f);
        }
    }
}
