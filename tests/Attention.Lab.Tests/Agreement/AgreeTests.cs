using MathNet.Numerics.LinearAlgebra;

namespace Attention.Lab.Tests;

public class AgreeTests
{
    internal static readonly Dictionary<string, Delegate> Correct = new()
    {
        ["exp"] = Naive.Exp,
        ["exp-backward"] = Naive.ExpBackward,
        ["softmax"] = Naive.Softmax,
        ["softmax-rows"] = (float[,] scores) => Naive.Rows(scores, Naive.Softmax),
        ["masked-softmax"] = (float[,] scores) => Naive.Rows(scores, Naive.MaskedSoftmax),
        ["softmax-backward"] = Naive.SoftmaxBackward,
        ["attention-weights"] = Naive.Weights,
        ["attention"] = Naive.Attention,
        ["causal-attention"] = Naive.Causal,
        ["cached-causal-attention"] = Naive.Causal,
        ["padded-attention"] = Naive.Padded,
        ["masked-attention"] = Naive.Masked,
        ["biased-attention"] = Naive.WithBias,
        ["multi-head-attention"] = Naive.MultiHead,
        ["grouped-query-attention"] = Naive.GroupedQuery,
    };

    /// <summary>The same functions written another way: other orders of summing, other places for the scale, double precision.</summary>
    private static readonly (string Kernel, string Way, Delegate Function)[] OtherWays =
    [
        ("exp", "in double", (double[] x) => x.Select(Math.Exp).ToArray()),
        ("exp", "one over e to the minus x", (float[] x) => Planted.Map(x, value => value < 80 ? 1 / MathF.Exp(-value) : MathF.Exp(value))),
        ("softmax", "through the logarithm of the sum", (float[] scores) => Planted.Map(scores, score => MathF.Exp(score - (scores.Max() + MathF.Log(scores.Sum(other => MathF.Exp(other - scores.Max()))))))),
        ("softmax", "times the inverse of the sum", (float[] scores) => Planted.Map(scores, score => MathF.Exp(score - scores.Max()) * (1 / scores.Sum(other => MathF.Exp(other - scores.Max()))))),
        ("softmax", "summed backwards", (float[] scores) => Naive.Softmax([.. scores.Reverse()]).Reverse().ToArray()),
        ("softmax", "one pass, rescaled", Online),
        ("softmax-backward", "through the Jacobian", (float[] w, float[] g) => Enumerable.Range(0, w.Length).Select(i => Enumerable.Range(0, w.Length).Sum(j => w[i] * ((i == j ? 1 : 0) - w[j]) * g[j])).ToArray()),
        ("attention-weights", "query scaled first", (float[,] q, float[,] k) => Naive.Rows(Naive.Scores(q.ToMatrix().Divide(MathF.Sqrt(q.GetLength(1))).ToRows(), k, 1), Naive.Softmax)),
        ("attention", "in MathNet's doubles", (Matrix<double> q, Matrix<double> k, Matrix<double> v) => InMathNet(q, k) * v),
        ("attention", "in MathNet's floats", (Matrix<float> q, Matrix<float> k, Matrix<float> v) => Naive.Weights(q.ToRows(), k.ToRows()).ToMatrix() * v),
        ("attention", "divided once at the end", (float[,] q, float[,] k, float[,] v) => DividedLate(q, k, v)),
    ];

    public static TheoryData<string> Names => [.. Agreement.Catalogue.Select(contract => contract.Name)];

    public static TheoryData<string, string> Ways
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach ((string kernel, string way, _) in OtherWays)
                data.Add(kernel, way);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_PlainLoops_AgreesOnEveryName(string name)
    {
        AgreementReport report = Agreement.Agree(name, Correct[name]);

        Assert.True(report.Agrees);
        Assert.Equal(200, report.Cases);
        Assert.StartsWith($"{name}: agrees on 200 cases, largest difference under 1e-06", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_PlainLoops_AgreesOnManyOtherCases(string name)
    {
        for (int seed = 1; seed <= 5; seed++)
            Assert.True(Agreement.Agree(name, Correct[name], 200, seed).Agrees, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Agree_OtherWayOfWriting_AgreesToo(string kernel, string way)
    {
        Delegate function = OtherWays.Single(one => one.Kernel == kernel && one.Way == way).Function;

        for (int seed = 1; seed <= 3; seed++)
            Assert.True(Agreement.Agree(kernel, function, seed: seed).Agrees, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Agree_Twice_SaysTheSame(string name) =>
        Assert.Equal(Agreement.Agree(name, Correct[name]).ToString(), Agreement.Agree(name, Correct[name]).ToString());

    [Fact]
    public void Agree_Report_TellsWhatWasHard()
    {
        string softmax = Agreement.Agree("softmax", Correct["softmax"]).ToString(), masked = Agreement.Agree("masked-attention", Correct["masked-attention"]).ToString(), exp = Agreement.Agree("exp", Correct["exp"]).ToString();

        Assert.All([Draws.Ties, Draws.Extreme, Draws.High, Draws.Low, Draws.Tiny, Draws.Hidden, Draws.Long, Draws.Lone], kind => Assert.Contains(kind, softmax, StringComparison.Ordinal));
        Assert.All([Draws.Blind, Draws.OtherLength, Draws.OtherWidth, Draws.Extreme, Draws.High], kind => Assert.Contains(kind, masked, StringComparison.Ordinal));
        Assert.All([Draws.Far, Draws.Edge, Draws.Tiny], kind => Assert.Contains(kind, exp, StringComparison.Ordinal));
        Assert.DoesNotContain(Draws.OtherWidth, Agreement.Agree("attention-weights", Correct["attention-weights"]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Agree_DoublePrecision_IsSeenToBeCloser()
    {
        AgreementReport report = Agreement.Agree("softmax", (double[] scores) => scores.Select(score => Math.Exp(score - scores.Max()) / scores.Sum(other => Math.Exp(other - scores.Max()))).ToArray());

        Assert.Contains("largest difference under 1e-12", report.ToString(), StringComparison.Ordinal);
    }

    private static float[] Online(float[] scores)
    {
        float peak = float.NegativeInfinity, sum = 0;
        foreach (float score in scores)
        {
            float higher = Math.Max(peak, score);
            sum = (sum * (float.IsNegativeInfinity(peak) ? 0 : MathF.Exp(peak - higher))) + (float.IsNegativeInfinity(higher) ? 0 : MathF.Exp(score - higher));
            peak = higher;
        }

        return Planted.Map(scores, score => MathF.Exp(score - peak) / sum);
    }

    private static Matrix<double> InMathNet(Matrix<double> q, Matrix<double> k)
    {
        Matrix<double> scores = q * k.Transpose() / Math.Sqrt(q.ColumnCount);
        return Matrix<double>.Build.DenseOfRowVectors(scores.EnumerateRows().Select(row => (row - row.Maximum()).PointwiseExp().Normalize(1)));
    }

    private static float[,] DividedLate(float[,] q, float[,] k, float[,] v)
    {
        float[,] scores = Naive.Scores(q, k, Naive.Scale(q)), context = new float[q.GetLength(0), v.GetLength(1)];
        for (int i = 0; i < q.GetLength(0); i++)
        {
            float[] row = scores.Row(i), powers = Planted.Map(row, score => MathF.Exp(score - row.Max()));
            for (int c = 0; c < v.GetLength(1); c++)
                context[i, c] = Enumerable.Range(0, powers.Length).Sum(j => powers[j] * v[j, c]) / powers.Sum();
        }

        return context;
    }
}
