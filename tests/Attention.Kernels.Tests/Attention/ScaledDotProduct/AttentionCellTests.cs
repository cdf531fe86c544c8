namespace Attention.Kernels.Tests;

/// <summary>The forms for cells, which take matrices and return new ones.</summary>
public sealed class AttentionCellTests
{
    private static readonly AttentionShape Shape = AttentionShape.Single(7, 9, 4, 5);

    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Attend_Matrices_GivesWhatForwardGives(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(Shape, mask, seed: 11);
        using Fences fences = new(Fence.End);
        float[,] context = ScaledDotProduct.Attend(Matrix(problem.Query, 4), Matrix(problem.Key, 4), Matrix(problem.Value, 5), problem.Mask.Build(fences));
        Assert.Equal((7, 5), (context.GetLength(0), context.GetLength(1)));
        Bits.Same($"{problem}", AttentionCalls.Forward(Form.Door).Run(problem).Output, Flat(context));
    }

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void Weights_Matrices_AreTheOracles(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(Shape, mask, seed: 12);
        AttentionOracle oracle = AttentionOracle.Of(problem);
        using Fences fences = new(Fence.End);
        float[,] weights = ScaledDotProduct.Weights(Matrix(problem.Query, 4), Matrix(problem.Key, 4), problem.Mask.Build(fences));
        Assert.Equal((7, 9), (weights.GetLength(0), weights.GetLength(1)));
        ErrorBudget.Rounding(Shape.Width + Shape.Keys + 8).Assert($"{problem}", oracle.Weights, Flat(weights));
    }

    [Fact]
    public void Masks_OfMatrices_GiveWhatFlatOnesGive()
    {
        Draw draw = new(13);
        float[,] query = draw.Matrix(7, 4), key = draw.Matrix(9, 4), value = draw.Matrix(9, 5), bias = draw.Matrix(7, 9);
        bool[,] visible = new bool[7, 9];
        for (int i = 0; i < 7; i++)
        {
            for (int j = 0; j < 9; j++)
            {
                visible[i, j] = (i + (2 * j)) % 3 != 0;
            }
        }

        Assert.Equal(ScaledDotProduct.Attend(query, key, value, Mask.Bias(Flat(bias))), ScaledDotProduct.Attend(query, key, value, Mask.Bias(bias)));
        bool[] flat = [.. visible.Cast<bool>()];
        Assert.Equal(ScaledDotProduct.Attend(query, key, value, Mask.Visible(flat)), ScaledDotProduct.Attend(query, key, value, Mask.Visible(visible)));
        Assert.All(ScaledDotProduct.Weights(query, key, Mask.Visible(visible)).Cast<float>().Zip(flat), pair => Assert.Equal(pair.Second, pair.First > 0));
    }

    [Fact]
    public void Attend_MatricesThatDoNotFit_SaysWhich()
    {
        Draw draw = new(14);
        float[,] query = draw.Matrix(7, 4), key = draw.Matrix(9, 4), value = draw.Matrix(9, 5);
        Refusal.Says("key: expected rows as wide as a query, 4, got 5", () => ScaledDotProduct.Attend(query, value, value));
        Refusal.Says("key: expected rows as wide as a query, 4, got 5", () => ScaledDotProduct.Weights(query, value));
        Refusal.Says("value: expected one row per key, 9, got 7", () => ScaledDotProduct.Attend(query, key, draw.Matrix(7, 5)));
        int[] twoLengths = [1, 2];
        Refusal.Says("key lengths: expected B = 1 of them, got 2", () => ScaledDotProduct.Weights(query, key, Mask.KeyLengths(twoLengths)));
        Refusal.Says("Width: expected at least 1, got 0", () => ScaledDotProduct.Weights(new float[7, 0], new float[9, 0]));
    }

    [Fact]
    public void Attend_Null_IsRefused()
    {
        float[,] matrix = new Draw(15).Matrix(2, 2);
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.Attend(null!, matrix, matrix));
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.Attend(matrix, null!, matrix));
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.Attend(matrix, matrix, null!));
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.Weights(null!, matrix));
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.Weights(matrix, null!));
    }

    private static float[,] Matrix(float[] values, int columns)
    {
        float[,] matrix = new float[values.Length / columns, columns];
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(float));
        return matrix;
    }

    private static float[] Flat(float[,] matrix) => [.. matrix.Cast<float>()];
}
