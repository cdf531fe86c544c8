namespace Attention.Kernels.Tests;

/// <summary>The gradients of the form for cells, which takes matrices and returns new ones.</summary>
public sealed class AttentionBackwardCellTests
{
    public static TheoryData<MaskKind> EveryMask => new(MaskKinds.All);

    [Theory]
    [MemberData(nameof(EveryMask))]
    public void AttendBackward_Matrices_GivesWhatBackwardGives(MaskKind mask)
    {
        AttentionCase problem = AttentionCase.Draw(AttentionShape.Single(7, 9, 4, 5), mask, seed: 1100) with { Scale = 0.7f, Dropout = new(0.2f, 1102) };
        AttentionBackwardCase each = AttentionBackwardCase.Of(problem, 1101);
        using Fences fences = new(Fence.End);
        AttentionOptions options = new() { Scale = problem.Scale, Dropout = problem.Dropout };
        (float[,] query, float[,] key, float[,] value) = ScaledDotProduct.AttendBackward(
            Matrix(problem.Query, 4), Matrix(problem.Key, 4), Matrix(problem.Value, 5), Matrix(each.Slopes, 5), problem.Mask.Build(fences), options);
        Assert.Equal((7, 4, 9, 4, 9, 5), (query.GetLength(0), query.GetLength(1), key.GetLength(0), key.GetLength(1), value.GetLength(0), value.GetLength(1)));
        AttentionGradients.AssertSame($"{each}", AttentionBackwardCalls.Backward(Form.Door).Run(each), new(Flat(query), Flat(key), Flat(value)));
    }

    [Fact]
    public void AttendBackward_MatricesThatDoNotFit_SaysWhich()
    {
        Draw draw = new(1110);
        float[,] query = draw.Matrix(7, 4), key = draw.Matrix(9, 4), value = draw.Matrix(9, 5), slopes = draw.Matrix(7, 5);
        Refusal.Says("key: expected rows as wide as a query, 4, got 5", () => ScaledDotProduct.AttendBackward(query, value, value, slopes));
        Refusal.Says("value: expected one row per key, 9, got 7", () => ScaledDotProduct.AttendBackward(query, key, slopes, slopes));
        Refusal.Says("outputGradient: expected one slope per output, 7×5, got 9×5", () => ScaledDotProduct.AttendBackward(query, key, value, value));
        Refusal.Says("outputGradient: expected one slope per output, 7×5, got 7×4", () => ScaledDotProduct.AttendBackward(query, key, value, query));
        Assert.Throws<ArgumentNullException>(() => ScaledDotProduct.AttendBackward(query, key, value, null!));
    }

    private static float[,] Matrix(float[] values, int columns)
    {
        float[,] matrix = new float[values.Length / columns, columns];
        Buffer.BlockCopy(values, 0, matrix, 0, values.Length * sizeof(float));
        return matrix;
    }

    private static float[] Flat(float[,] matrix) => [.. matrix.Cast<float>()];
}
