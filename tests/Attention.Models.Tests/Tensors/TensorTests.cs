namespace Attention.Models.Tests.Tensors;

public sealed class TensorTests
{
    private static readonly Tensor Matrix = Tensor.Of(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });

    [Fact]
    public void Of_Arrays_HaveTheirShapes()
    {
        Assert.Equal([2, 3], Matrix.Shape);
        Assert.Equal([1, 2, 1], Tensor.Of(new float[,,] { { { 1 }, { 2 } } }).Shape);
        Assert.Equal([3], Tensor.Of([1, 2, 3]).Shape);
        Assert.Equal([], Tensor.Scalar(4).Shape);
        Assert.Equal(4, Tensor.Scalar(4).Value);
        Assert.Equal([0, 1, 2], Tensor.Range(3).ToArray());
        Assert.Equal([1, 1], Tensor.Ones(2).ToArray());
        Assert.Equal([0, 0], Tensor.Zeros(2).ToArray());
        Assert.Equal(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, Matrix.ToMatrix());
        Assert.Equal(6, Matrix[1, -1]);
        Assert.Equal("[2, 3] [[1, 2, 3], [4, 5, 6]]", Matrix.ToString());
        Assert.Equal("big [100]", new Func<Tensor>(() => { Tensor big = Tensor.Zeros(100); big.Name = "big"; return big; })().ToString());
    }

    [Fact]
    public void Random_SameSeed_SameNumbers()
    {
        Assert.Equal(Tensor.Normal(new(7), 2, 5).ToArray(), Tensor.Normal(new(7), 2, 5).ToArray());
        Assert.NotEqual(Tensor.Normal(new(7), 2, 5).ToArray(), Tensor.Normal(new(8), 2, 5).ToArray());

        float[] normal = Tensor.Normal(new(1), 2, 20_000).ToArray();
        Assert.Equal(0, normal.Average(), 0.05);
        Assert.Equal(2, Math.Sqrt(normal.Average(x => (double)x * x)), 0.05);

        float[] uniform = Tensor.Uniform(new(1), -1, 3, 20_000).ToArray();
        Assert.Equal(1, uniform.Average(), 0.05);
        Assert.InRange(uniform.Min(), -1, -0.99f);
        Assert.InRange(uniform.Max(), 2.99f, 3);
    }

    [Fact]
    public void RandomSource_SetBack_RepeatsItself()
    {
        RandomSource random = new(5);
        ulong first = random.NextSeed(), second = random.NextSeed();
        random.Position = 1;
        Assert.Equal(second, random.NextSeed());
        Assert.NotEqual(first, second);

        int[] items = [.. Enumerable.Range(0, 50)];
        random.Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 50), items);
        Assert.Equal(Enumerable.Range(0, 50), items.Order());
        Assert.Throws<ArgumentException>(() => random.NextInt(0));
    }

    /// <summary>The numbers that SplitMix64 has for this seed in the public implementations.</summary>
    [Fact]
    public void RandomSource_IsSplitMix64()
    {
        RandomSource random = new(1234567);

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423], new[] { random.NextSeed(), random.NextSeed(), random.NextSeed() });
    }

    [Fact]
    public void Shuffle_GivesEveryOrderAlike()
    {
        RandomSource random = new(3);
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 6000; i++)
        {
            int[] items = [1, 2, 3];
            random.Shuffle<int>(items);
            string order = string.Join("", items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150)); // 1000, and five deviations
    }

    [Fact]
    public void Values_OfEveryOperation_AreRight()
    {
        Equal([2, 4, 6, 5, 7, 9], [2, 3], Matrix + Tensor.Of([1, 2, 3]));
        Equal([11, 12, 13, 24, 25, 26], [2, 3], Matrix + Tensor.Of([10, 20], 2, 1));
        Equal([0, 0, 0, 3, 3, 3], [2, 3], Matrix - Tensor.Of([1, 2, 3]));
        Equal([1, 2, 3, 4, 5, 6], [2, 3], Matrix / 1);
        Equal([6, 3, 2, 1.5f, 1.2f, 1], [2, 3], 6 / Matrix);
        Equal([1, 4, 9, 4, 10, 18], [2, 3], Matrix * Tensor.Of([1, 2, 3]));
        Equal([14, 32], [2], (Matrix * Tensor.Of([1, 2, 3])).Sum(1));
        Equal([14, 32, 32, 77], [2, 2], Matrix.MatMul(Matrix, transposeRight: true));
        Equal([17, 22, 27, 22, 29, 36, 27, 36, 45], [3, 3], Matrix.MatMul(Matrix, transposeLeft: true));
        Equal([1, 4, 2, 5, 3, 6], [3, 2], Matrix.Transpose());
        Equal([1, 2, 3, 4, 5, 6], [3, 2], Matrix.Reshape(-1, 2));
        Equal([2, 3, 5, 6], [2, 2], Matrix.Slice(1, 1, 2));
        Equal([4, 5, 6], [3], Matrix.At(0, -1));
        Equal([1, 2, 3, 1, 2, 3, 4, 5, 6], [3, 3], Tensor.Concat(0, Matrix.Slice(0, 0, 1), Matrix));
        Equal([1, 2, 3, 1, 4, 5, 6, 4], [2, 4], Tensor.Concat(1, Matrix, Matrix.Slice(1, 0, 1)));
        Equal([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], [2, 3, 2], Tensor.Stack(-1, Matrix, Matrix));
        Equal([4, 5, 6, 1, 2, 3, 4, 5, 6], [3, 3], Matrix.Select(Indices(1, 0, 1)));
        Equal([3, 4], [2], Matrix.Pick(Indices(2, 0)));
        Equal([21], [], Matrix.Sum());
        Equal([3.5f], [], Matrix.Mean());
        Equal([2, 5], [2, 1], Matrix.Mean(1, keep: true));
        Equal([4, 5, 6], [3], Matrix.Max(0));
        Assert.Equal([2, 2], Matrix.ArgMax());
        Assert.Equal([1, 1, 1], Matrix.ArgMax(0));
        Equal([0, 2, 3, 0, 5, 6], [2, 3], Matrix.MaskedFill(Mask(true, false, false), 0));
        Equal([1, 2, 3, 1, 2, 3], [2, 3], Tensor.Of([1, 2, 3]).Expand(2, 3));
        Equal([1, 2, 3, 4, 5, 6], [1, 2, 1, 3, 1], Matrix.Reshape(1, 2, 1, 3, 1));
        Equal([1, 4, 2, 5, 3, 6], [1, 3, 1, 2], Matrix.Reshape(1, 2, 1, 3).Permute(0, 3, 2, 1));
        Equal([4, 5, 6, 1, 2, 3], [2, 1, 3], Tensor.Embedding(Matrix, Indices(1, 0), 2, 1));
    }

    [Fact]
    public void Max_OfSeveralAlike_IsTheFirst()
    {
        Tensor x = Tensor.Of([1, 3, 3, 2, 2, 2], 2, 3).WithGradient();

        x.Max(1).Sum().Backward();

        Assert.Equal([0, 1, 0, 1, 0, 0], x.Gradient!.ToArray());
        Assert.Equal([1, 0], x.ArgMax());
        Assert.Equal([1, 0, 0], x.ArgMax(0));
    }

    [Fact]
    public void Max_OfNaN_IsNaN()
    {
        Tensor x = Tensor.Of([1, float.NaN, 3, float.NaN], 1, 4);

        Assert.Equal([1], x.ArgMax());
        Assert.True(float.IsNaN(x.Max(1).Value));
    }

    [Fact]
    public void Empty_Tensors_AreNoError()
    {
        Tensor empty = Tensor.Zeros(0, 3);

        Equal([], [0, 3], empty + Tensor.Of([1, 2, 3]));
        Equal([], [0, 2], empty.MatMul(Tensor.Zeros(3, 2)));
        Equal([0, 0, 0], [3], empty.Sum(0));
        Equal([], [0, 3], empty.Softmax());
        Equal([], [3, 0], empty.Transpose());
        Equal([1, 2, 3, 4, 5, 6], [2, 3], Tensor.Concat(0, empty, Matrix));
        Equal([], [0], empty.Max(1));
        Equal([], [0, 4], empty.Linear(Tensor.Zeros(4, 3), Tensor.Ones(4)));
    }

    [Fact]
    public void Empty_Tensors_GiveParametersNoSlope()
    {
        int[] none = [];
        Tensor weight = Tensor.Ones(3, 3).WithGradient(), bias = Tensor.Ones(3).WithGradient(), gain = Tensor.Ones(3).WithGradient();
        for (int pass = 0; pass < 2; pass++)
        {
            Tensor x = Tensor.Embedding(weight, none, 0, 3).Reshape(0, 3, 3);
            x = (x.Linear(weight, bias).LayerNorm(gain, bias) * gain) + bias;
            Tensor.Attention(x, x, x).Max(1).Softmax().Sum().Backward();

            Assert.All((Tensor[])[weight, bias, gain], parameter => Assert.All(parameter.Gradient!.ToArray(), slope => Assert.Equal(0, slope)));
        }
    }

    [Fact]
    public void Shape_TakenApart_GivesItsSizes()
    {
        (int rows, int columns) = Matrix.Shape;
        Assert.Equal((2, 3), (rows, columns));
        (int a, int b, int c) = Matrix.Reshape(1, 2, 3).Shape;
        Assert.Equal((1, 2, 3), (a, b, c));
        (a, b, c, int d) = Matrix.Reshape(1, 2, 3, 1).Shape;
        Assert.Equal((1, 2, 3, 1), (a, b, c, d));
        Assert.True(Matrix.Shape != [3, 2] && Matrix.Shape == [2, 3]);
        Assert.Equal(Matrix.Shape.GetHashCode(), Shape.Create([2, 3]).GetHashCode());
        Assert.Equal("Shape: expected 3 axes, got [2, 3]", Assert.Throws<ArgumentException>(() => (a, b, c) = Matrix.Shape).Message);
    }

    private static int[] Indices(params int[] indices) => indices;

    private static bool[] Mask(params bool[] mask) => mask;

    private static void Equal(float[] values, Shape shape, Tensor actual)
    {
        Assert.Equal(shape, actual.Shape);
        Assert.Equal(values, actual.ToArray());
    }
}
