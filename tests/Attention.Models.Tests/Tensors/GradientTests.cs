using Attention.Kernels;

namespace Attention.Models.Tests.Tensors;

/// <summary>The gradient of every operation, held against moving its inputs.</summary>
public sealed class GradientTests
{
    private static readonly Dictionary<string, Action<Draw>> Cases = new()
    {
        ["add"] = draw => Check(draw.Of(3, 5), draw.Of(3, 5), (a, b) => a + b),
        ["add, row repeated"] = draw => Check(draw.Of(3, 5), draw.Of(5), (a, b) => a + b),
        ["add, column repeated"] = draw => Check(draw.Of(3, 1), draw.Of(2, 3, 5), (a, b) => a + b),
        ["add, both repeated"] = draw => Check(draw.Of(4, 1, 3), draw.Of(2, 1), (a, b) => a + b),
        ["add, two axes repeated"] = draw => Check(draw.Of(3, 1, 5), draw.Of(2, 3, 4, 5), (a, b) => a + b),
        ["multiply, two axes repeated"] = draw => Check(draw.Of(3, 1, 5), draw.Of(2, 3, 4, 5), (a, b) => a * b),
        ["add numbers"] = draw => Check(draw.Of(7), a => 2 + a + 3),
        ["subtract"] = draw => Check(draw.Of(3, 5), draw.Of(3, 1), (a, b) => a - b),
        ["subtract, left repeated"] = draw => Check(draw.Of(), draw.Of(3, 2), (a, b) => a - b),
        ["subtract numbers"] = draw => Check(draw.Of(7), a => 2 - (a - 3)),
        ["multiply"] = draw => Check(draw.Of(3, 9), draw.Of(3, 9), (a, b) => a * b),
        ["multiply, repeated"] = draw => Check(draw.Of(2, 1, 5), draw.Of(3, 1), (a, b) => a * b),
        ["multiply by itself"] = draw => Check(draw.Of(3, 5), a => a * a),
        ["scale"] = draw => Check(draw.Of(11), a => -(3 * a)),
        ["divide"] = draw => Check(draw.Of(3, 9), draw.Positive(3, 9), (a, b) => a / b),
        ["divide, repeated"] = draw => Check(draw.Of(4, 1), draw.Positive(2, 1, 3), (a, b) => a / b),
        ["divide numbers"] = draw => Check(draw.Positive(9), a => 2 / (a / 3)),
        ["exp"] = draw => Check(draw.Of(3, 7), a => a.Exp()),
        ["log"] = draw => Check(draw.Positive(19), a => a.Log()),
        ["sqrt"] = draw => Check(draw.Positive(19), a => a.Sqrt()),
        ["abs"] = draw => Check(draw.AwayFromZero(19), a => a.Abs()),
        ["sin"] = draw => Check(draw.Of(19), a => a.Sin()),
        ["cos"] = draw => Check(draw.Of(19), a => a.Cos()),
        ["tanh"] = draw => Check(draw.Of(19), a => a.Tanh()),
        ["sigmoid"] = draw => Check(draw.Of(19), a => a.Sigmoid()),
        ["softplus"] = draw => Check(draw.Of(19), a => a.Softplus()),
        ["square"] = draw => Check(draw.Of(19), a => a.Power(2)),
        ["power"] = draw => Check(draw.Positive(19), a => a.Power(-1.5f)),
        ["power 0, at 0 too"] = draw => Check(Tensor.Of([0, 1, -2]), a => a.Power(0) * a.Exp()),
        ["relu"] = draw => Check(draw.AwayFromZero(19), a => a.Relu()),
        ["gelu"] = draw => Check(draw.Of(19), a => a.Gelu()),
        ["gelu by tanh"] = draw => Check(draw.Of(19), a => a.GeluTanh()),
        ["silu"] = draw => Check(draw.Of(19), a => a.Silu()),
        ["silu, times"] = draw => Check(draw.Of(19), draw.Of(19), (a, b) => a.SiluTimes(b)),
        ["matmul"] = draw => Check(draw.Of(3, 5), draw.Of(5, 4), (a, b) => a.MatMul(b)),
        ["matmul, left transposed"] = draw => Check(draw.Of(5, 3), draw.Of(5, 4), (a, b) => a.MatMul(b, transposeLeft: true)),
        ["matmul, right transposed"] = draw => Check(draw.Of(3, 5), draw.Of(4, 5), (a, b) => a.MatMul(b, transposeRight: true)),
        ["matmul, batch"] = draw => Check(draw.Of(2, 3, 5), draw.Of(2, 5, 4), (a, b) => a.MatMul(b)),
        ["matmul, one right for all"] = draw => Check(draw.Of(2, 3, 5), draw.Of(5, 4), (a, b) => a.MatMul(b)),
        ["matmul, one left for all"] = draw => Check(draw.Of(3, 5), draw.Of(2, 5, 4), (a, b) => a.MatMul(b)),
        ["matmul, batches repeated"] = draw => Check(draw.Of(2, 1, 3, 2), draw.Of(3, 2, 2), (a, b) => a.MatMul(b)),
        ["matmul with itself"] = draw => Check(draw.Of(4, 4), a => a.MatMul(a, transposeRight: true)),
        ["reshape"] = draw => Check(draw.Of(2, 6), a => a.Reshape(3, -1) * a.Reshape(3, 4)),
        ["transpose"] = draw => Check(draw.Of(3, 5), draw.Of(5, 3), (a, b) => a.Transpose() * b),
        ["permute"] = draw => Check(draw.Of(2, 3, 4), draw.Of(4, 2, 3), (a, b) => a.Permute(2, 0, 1) * b),
        ["slice of the first axis"] = draw => Check(draw.Of(5, 3), a => a.Slice(0, 1, 3) * a.Slice(0, -3, 3)),
        ["slice of another axis"] = draw => Check(draw.Of(3, 7, 2), a => a.Slice(1, 2, 4) * a.Slice(1, -4, 4)),
        ["at"] = draw => Check(draw.Of(3, 4), a => a.At(1, -1) * a.At(1, 0)),
        ["expand"] = draw => Check(draw.Of(3, 1), draw.Of(2, 3, 4), (a, b) => a.Expand(2, 3, 4) * b),
        ["concat"] = draw => Check(draw.Of(2, 3), draw.Of(2, 4), (a, b) => Tensor.Concat(1, a, b, a).Power(2)),
        ["stack"] = draw => Check(draw.Of(2, 3), draw.Of(2, 3), (a, b) => Tensor.Stack(-1, a, b).Power(2)),
        ["select"] = draw => Check(draw.Of(4, 3), a => a.Select(new[] { 2, 0, 2 }).Power(2)),
        ["pick, and its rows"] = draw => Check(draw.Of(3, 4), a => a.Pick(new[] { 3, 0, 2 }) * a.Sum(1)),
        ["pick"] = draw => Check(draw.Of(3, 4), a => a.Pick(new[] { 3, 0, 2 }).Power(2)),
        ["sum"] = draw => Check(draw.Of(3, 4), a => a.Sum().Power(2)),
        ["mean"] = draw => Check(draw.Of(3, 4), a => a.Mean().Power(2)),
        ["sum of an axis"] = draw => Check(draw.Of(3, 4, 2), a => a.Sum(1).Power(2)),
        ["sum of the last axis"] = draw => Check(draw.Of(3, 4), a => a.Sum(-1, keep: true) * a),
        ["mean of an axis"] = draw => Check(draw.Of(3, 4, 2), a => a.Mean(0, keep: true) * a),
        ["max"] = draw => Check(Tensor.Of([0, .5f, -.3f, .2f, .9f, .4f, -1, 1, .1f, .6f, .8f, -.2f], 2, 3, 2), a => a.Max(1)),
        ["max, and its lines"] = draw => Check(Tensor.Of([0, .5f, -.3f, .2f, .9f, .4f], 2, 3), a => a.Max(1) * a.Sum(1)),
        ["softmax"] = draw => Check(draw.Of(3, 5), draw.Of(3, 5), (a, b) => a.Softmax() * b),
        ["softmax, temperature, axis"] = draw => Check(draw.Of(3, 5, 2), draw.Of(3, 5, 2), (a, b) => a.Softmax(1, 0.5f) * b),
        ["log-softmax"] = draw => Check(draw.Of(3, 5), draw.Of(3, 5), (a, b) => a.LogSoftmax() * b),
        ["log-softmax, temperature, axis"] = draw => Check(draw.Of(3, 5, 2), draw.Of(3, 5, 2), (a, b) => a.LogSoftmax(0, 2) * b),
        ["masked fill"] = draw => Check(draw.Of(4, 3), a => a.MaskedFill(new[] { true, false, false }, 7).Power(2)),
        ["where"] = draw => Check(draw.Of(2, 3), draw.Of(2, 3), (a, b) => Tensor.Where(new[] { true, false, false, true, true, false }, a, b) * a),
        ["dropout"] = draw => Check(draw.Of(4, 9), a => a.Dropout(0.4f, new RandomSource(3)).Power(2)),
        ["linear"] = draw => Check([draw.Of(2, 3, 5), draw.Of(4, 5), draw.Of(4)], x => x[0].Linear(x[1], x[2])),
        ["linear without bias"] = draw => Check(draw.Of(3, 5), draw.Of(4, 5), (x, w) => x.Linear(w)),
        ["linear, used thrice"] = draw => Check([draw.Of(3, 4), draw.Of(4, 4), draw.Of(4)], x => x[0].Linear(x[1], x[2]).Tanh().Linear(x[1], x[2]) + x[0].Linear(x[1], x[2])),
        ["embedding"] = draw => Check(draw.Of(5, 3), a => Tensor.Embedding(a, new[] { 1, 4, 1, 0 }, 2, 2).Power(2)),
        ["layer norm"] = draw => Check([draw.Of(2, 3, 5), draw.Of(5), draw.Of(5), draw.Of(2, 3, 5)], x => x[0].LayerNorm(x[1], x[2]) * x[3]),
        ["layer norm alone"] = draw => Check(draw.Of(3, 5), draw.Of(3, 5), (a, b) => a.LayerNorm() * b),
        ["rms norm"] = draw => Check([draw.Of(3, 5), draw.Of(5), draw.Of(3, 5)], x => x[0].RmsNorm(x[1]) * x[2]),
        ["cross-entropy"] = draw => Check(draw.Of(4, 5), a => 3 * a.CrossEntropy(new[] { 0, 4, 2, 2 })),
        ["cross-entropy, smoothed, padded, summed"] = draw =>
            Check(draw.Of(2, 2, 5), a => a.CrossEntropy(new[] { 0, -1, 2, 2 }, ignoreIndex: -1, smoothing: 0.1f, reduction: LossReduction.Sum)),
        ["residual"] = draw => Check([draw.Of(3, 4), draw.Of(4, 4), draw.Of(4), draw.Of(4)], x => Residual(Residual(x[0], x), x)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_EveryOperation_IsTheSlope(string name)
    {
        foreach (ulong seed in (ulong[])[1, 2])
        {
            Cases[name](new Draw(seed));
        }
    }

    [Fact]
    public void Assert_WrongGradient_NamesTensorPlaceAndSlopes()
    {
        Tensor x = Tensor.Of([1, 2]);
        x.Name = "x";
        var mismatch = Assert.Throws<GradientMismatchException>(() => GradientCheck.Assert(() => x * x.Detach(), x)); // half of the slope is cut off

        Assert.StartsWith("x [2], element 0: moving it says", mismatch.Message, StringComparison.Ordinal);
    }

    /// <summary>The slopes are as small as 10⁻⁷: nothing of them may go under in a bound that does not scale.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1e-3f)]
    [InlineData(1e-7f)]
    [InlineData(1e6f)]
    public void Assert_AtAnyScale_TellsRightFromWrong(float scale)
    {
        Draw draw = new(3);
        Tensor x = draw.Of(3, 5), weight = draw.Of(4, 5), gain = draw.Of(4);

        GradientCheck.Assert(() => x.Linear(weight).LayerNorm(gain).Gelu() * scale, x, weight, gain);
        GradientCheck.Assert(() => x.Softmax() * scale, x);
        Assert.Throws<GradientMismatchException>(() => GradientCheck.Assert(() => x * x.Detach() * scale, x));
        Assert.Throws<GradientMismatchException>(() => GradientCheck.Assert(() => (x * scale) + ((x * scale).Detach() * 0.01f), x)); // a hundredth is missing
    }

    /// <summary>An input that moves the result little beside another is checked against its own slopes.</summary>
    [Fact]
    public void Assert_OfASmallInputBesideALargeOne_FindsWhatIsWrong()
    {
        Draw draw = new(4);
        Tensor large = draw.Of(3, 5), small = draw.Of(3, 5);

        GradientCheck.Assert(() => large + (small * 0.01f), large, small);
        Assert.Throws<GradientMismatchException>(() => GradientCheck.Assert(() => large + (small * 0.01f) + (small.Detach() * 0.001f), large, small));
    }

    private static Tensor Residual(Tensor x, Tensor[] parameters) => x + x.LayerNorm(parameters[2], parameters[3]).Linear(parameters[1]).Gelu();

    private static void Check(Tensor a, Func<Tensor, Tensor> function) => GradientCheck.Assert(() => function(a), a);

    private static void Check(Tensor a, Tensor b, Func<Tensor, Tensor, Tensor> function) => GradientCheck.Assert(() => function(a, b), a, b);

    private static void Check(Tensor[] inputs, Func<Tensor[], Tensor> function) => GradientCheck.Assert(() => function(inputs), inputs);
}
