namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class EmbeddingTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void ForwardAndBackward_AnyWidth_AreCopyAndSum(Form form, Fence fence)
    {
        foreach (int width in Lengths.Hard)
        {
            EmbeddingShape shape = new(23, 9, width);
            (int[] tokens, float[] table, float[] slopes) = Problem(shape);
            using Fences fences = new(fence);
            Memory<int> ids = fences.Input(tokens, "tokens");
            Memory<float> y = fences.Output(shape.Tokens * width, "y"), gradient = fences.Output(shape.Vocabulary * width, "tableGradient");
            Embedding.Forward(shape, ids.Span, fences.Input(table, "table").Span, y.Span, form.Options());
            Embedding.Backward(shape, ids.Span, fences.Input(slopes, "yGradient").Span, gradient.Span, form.Options());
            fences.AssertIntact();

            float[] copied = [.. tokens.SelectMany(token => table.Skip(token * width).Take(width))], naive = new float[y.Length], naiveGradient = new float[gradient.Length];
            Bits.Same($"y, width {width}", copied, y.Span);
            Embedding.ForwardNaive(shape, tokens, table, naive);
            Bits.Same($"naive y, width {width}", copied, naive);

            // The sums are added in the order of the places: the fast form has the bits of the plain loop.
            Embedding.BackwardNaive(shape, tokens, slopes, naiveGradient);
            Bits.Same($"tableGradient, width {width}", naiveGradient, gradient.Span);
            ErrorBudget.Rounding(shape.Tokens).Assert($"tableGradient, width {width}", Sums(shape, tokens, slopes), gradient.Span);
        }
    }

    /// <summary>The definition: a one-hot row times the table; and backwards the same matrix, transposed.</summary>
    [Fact]
    public void ForwardAndBackward_EqualProductsWithOneHotRows()
    {
        EmbeddingShape shape = new(6, 4, 5);
        (int[] tokens, float[] table, float[] slopes) = Problem(shape);
        float[] y = new float[30], gradient = new float[20];
        Embedding.Forward(shape, tokens, table, y);
        Embedding.Backward(shape, tokens, slopes, gradient);
        for (int j = 0; j < 5; j++)
        {
            for (int i = 0; i < 6; i++)
            {
                Assert.Equal(Enumerable.Range(0, 4).Sum(v => (v == tokens[i] ? 1 : 0) * table[(v * 5) + j]), y[(i * 5) + j]);
            }

            for (int v = 0; v < 4; v++)
            {
                Assert.Equal(Enumerable.Range(0, 6).Sum(i => (v == tokens[i] ? 1 : 0) * slopes[(i * 5) + j]), gradient[(v * 5) + j], 1e-6f);
            }
        }
    }

    [Fact]
    public void Backward_AfterForward_MatchesFiniteDifferences()
    {
        EmbeddingShape shape = new(7, 4, 3);
        (int[] tokens, float[] table, float[] slopes) = Problem(shape);
        float[] gradient = new float[12];
        Embedding.Backward(shape, tokens, slopes, gradient);
        FiniteDifferences.Assert("dtable", table, moved => Enumerable.Range(0, 21).Sum(at => slopes[at] * moved[(tokens[at / 3] * 3) + (at % 3)]), gradient);
    }

    [Fact]
    public void ForwardAndBackward_AnyNumberOfThreads_GiveTheSameBits()
    {
        EmbeddingShape shape = new(3000, 50, 300);
        (int[] tokens, float[] table, float[] slopes) = Problem(shape);
        float[] y = new float[slopes.Length], gradient = new float[table.Length], otherY = new float[slopes.Length], otherGradient = new float[table.Length];
        Embedding.Forward(shape, tokens, table, y, new KernelOptions { MaxThreads = 1 });
        Embedding.Backward(shape, tokens, slopes, gradient, new KernelOptions { MaxThreads = 1 });
        foreach (int threads in (int[])[2, 5])
        {
            Embedding.Forward(shape, tokens, table, otherY, new KernelOptions { MaxThreads = threads });
            Embedding.Backward(shape, tokens, slopes, otherGradient, new KernelOptions { MaxThreads = threads });
            Bits.Same($"y, {threads} threads", y, otherY);
            Bits.Same($"tableGradient, {threads} threads", gradient, otherGradient);
        }
    }

    [Fact]
    public void ForwardAndBackward_NothingToDo_WriteWhatThereIs()
    {
        float[] gradient = [7, 7, 7, 7];
        Embedding.Forward(new(0, 2, 2), [], new float[4], []);
        Embedding.Backward(new(0, 2, 2), [], [], gradient);
        Assert.Equal([0, 0, 0, 0], gradient);
        Embedding.Forward(new(3, 2, 0), [0, 1, 0], [], []);
        Embedding.Backward(new(3, 2, 0), [0, 1, 0], [], []);
        Embedding.Forward(new(0, 0, 5), [], [], []);
    }

    [Fact]
    public void Doors_Refusals_SayWhatIsWrongAndWhere()
    {
        EmbeddingShape shape = new(3, 4, 2);
        float[] memory = new float[20];
        Refusal.Says("tokens: expected 3 integers, got 2", () => Embedding.Forward(shape, [0, 1], new float[8], new float[6]));
        Refusal.Says("tokens[2]: expected at least 0 and less than 4, got 4", () => Embedding.Forward(shape, [0, 3, 4], new float[8], new float[6]));
        Refusal.Says("tokens[1]: expected at least 0 and less than 4, got -1", () => Embedding.ForwardNaive(shape, [0, -1, 4], new float[8], new float[6]));
        Refusal.Says("tokens[0]: expected at least 0 and less than 4, got 2147483647", () => Embedding.Backward(shape, [int.MaxValue, 0, 0], new float[6], new float[8]));
        Refusal.Says("table: expected 4×2 = 8 floats, got 7", () => Embedding.Forward(shape, [0, 1, 2], new float[7], new float[6]));
        Refusal.Says("y: expected 3×2 = 6 floats, got 7", () => Embedding.Forward(shape, [0, 1, 2], new float[8], new float[7]));
        Refusal.Says("yGradient: expected 3×2 = 6 floats, got 5", () => Embedding.Backward(shape, [0, 1, 2], new float[5], new float[8]));
        Refusal.Says("tableGradient: expected 4×2 = 8 floats, got 6", () => Embedding.BackwardNaive(shape, [0, 1, 2], new float[6], new float[6]));
        Refusal.Says("y: must not overlap table", () => Embedding.Forward(shape, [0, 1, 2], memory.AsSpan(0, 8), memory.AsSpan(7, 6)));
        Refusal.Says("tableGradient: must not overlap yGradient", () => Embedding.Backward(shape, [0, 1, 2], memory.AsSpan(0, 6), memory.AsSpan(5, 8)));
        Refusal.Says("Tokens: expected zero or more, got -1", () => Embedding.Forward(new(-1, -4, 2), [], new float[8], []));
        Refusal.Says("Vocabulary: expected zero or more, got -4", () => Embedding.Forward(new(0, -4, -2), [], new float[8], []));
        Refusal.Says("Width: expected zero or more, got -2", () => Embedding.Forward(new(0, 4, -2), [], [], []));
        Refusal.Says(
            "table: 2147483647×2147483647 = 4611686014132420609 elements, more than the 2147483591 that one buffer can hold",
            () => Embedding.Forward(new(0, int.MaxValue, int.MaxValue), [], [], []));
    }

    [Fact]
    public void Rows_Arrays_ReturnANewMatrix()
    {
        float[,] table = new Draw(3).Matrix(4, 3), y = Embedding.Rows([2, 0, 2], table);
        Assert.Equal([table[2, 0], table[2, 1], table[2, 2], table[0, 0], table[0, 1], table[0, 2], table[2, 0], table[2, 1], table[2, 2]], y.Cast<float>());
        Assert.Throws<ArgumentNullException>(() => Embedding.Rows(null!, table));
        Assert.Throws<ArgumentNullException>(() => Embedding.Rows([1], null!));
    }

    /// <summary>Tokens repeat, and the last row of the table is never asked for.</summary>
    private static (int[] Tokens, float[] Table, float[] Slopes) Problem(EmbeddingShape shape)
    {
        Draw draw = new(shape.Width);
        int[] tokens = [.. Enumerable.Range(0, shape.Tokens).Select(_ => draw.Integer(0, shape.Vocabulary - 2))];
        return (tokens, draw.Normal(shape.Vocabulary * shape.Width), draw.Normal(shape.Tokens * shape.Width));
    }

    private static Expected Sums(EmbeddingShape shape, int[] tokens, float[] slopes)
    {
        Expected sums = new(new double[shape.Vocabulary * shape.Width], new double[shape.Vocabulary * shape.Width]);
        for (int at = 0; at < slopes.Length; at++)
        {
            int place = (tokens[at / shape.Width] * shape.Width) + (at % shape.Width);
            sums.Values[place] += slopes[at];
            sums.Magnitudes[place] += Math.Abs(slopes[at]);
        }

        return sums;
    }
}
