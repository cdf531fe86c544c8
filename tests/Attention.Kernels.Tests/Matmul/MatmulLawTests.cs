namespace Attention.Kernels.Tests;

/// <summary>Each element is one sum in one order: whatever else changes, its bits do not.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class MatmulLawTests
{
    public static TheoryData<Form> Every => Forms.Theory;

    private static readonly (int Rows, int Columns, int Depth)[] Sizes =
        [(1, 1, 1), (1, 70, 9), (3, 5, 7), (5, 49, 400), (13, 100, 33), (97, 25, 20), (100, 1, 50), (4, 150, 390)];

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_Packed_KeepsEveryBit(Form form)
    {
        foreach (MatmulShape shape in Shapes(batch: 1).Concat(Shapes(batch: 2)))
        {
            MatmulCase problem = MatmulCase.Draw(shape with { TransposeRight = (shape.Rows & 1) > 0 }, seed: 900, withBias: shape.Batch == 1);
            PackedMatrix packed = Matmul.Pack(problem.Shape, problem.Right);
            float[] result = [.. problem.Before];
            Matmul.Forward(problem.Shape, problem.Left, packed, result, problem.Bias, form.Options());
            Bits.Same($"packed, {problem}", MatmulCalls.Forward(form, problem), result);
            Assert.Equal((shape.Batch, shape.Depth, shape.Columns), (packed.Batch, packed.Depth, packed.Columns));
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_OnePackedForTheBatch_IsTheSharedMatrix(Form form)
    {
        MatmulCase problem = MatmulCase.Draw(new(9, 50, 20) { Batch = 3, RightBatchStride = 0 }, seed: 901);
        float[] result = [.. problem.Before];
        Matmul.Forward(problem.Shape, problem.Left, Matmul.Pack(problem.Shape, problem.Right), result, options: form.Options());
        Bits.Same("shared", MatmulCalls.Forward(form, problem), result);
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyTransposition_KeepsEveryBit(Form form)
    {
        foreach ((int rows, int columns, int depth) in Sizes)
        {
            MatmulCase problem = MatmulCase.Draw(new(rows, columns, depth), seed: 902);
            float[] expected = MatmulCalls.Forward(form, problem);
            float[] left = Transposed(problem.Left, rows, depth), right = Transposed(problem.Right, depth, columns);
            MatmulShape shape = problem.Shape;
            Bits.Same($"Aᵀ, {problem}", expected, MatmulCalls.Forward(form, problem with { Shape = shape with { TransposeLeft = true }, Left = left }));
            Bits.Same($"Bᵀ, {problem}", expected, MatmulCalls.Forward(form, problem with { Shape = shape with { TransposeRight = true }, Right = right }));
            MatmulShape swapped = new(columns, rows, depth) { TransposeLeft = true, TransposeRight = true };
            float[] transposed = MatmulCalls.Forward(form, new(swapped, problem.Right, problem.Left, problem.Before, [], 902));
            Bits.Same($"(AB)ᵀ = BᵀAᵀ, {problem}", Transposed(expected, rows, columns), transposed);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_Batch_IsOneCallPerMatrix(Form form)
    {
        foreach (MatmulShape shape in Shapes(batch: 3))
        {
            foreach (bool shared in (bool[])[false, true])
            {
                MatmulCase problem = MatmulCase.Draw(shape with { RightBatchStride = shared ? 0 : null }, seed: 903);
                float[] all = MatmulCalls.Forward(form, problem);
                (int a, int b, int c) = (shape.Rows * shape.Depth, shared ? 0 : shape.Depth * shape.Columns, shape.Rows * shape.Columns);
                for (int i = 0; i < 3; i++)
                {
                    float[] right = problem.Right[(i * b)..((i * b) + (shape.Depth * shape.Columns))];
                    MatmulCase one = new(shape with { Batch = 1 }, problem.Left[(i * a)..((i + 1) * a)], right, new float[c], [], 903);
                    Bits.Same($"matrix {i} of {problem}", MatmulCalls.Forward(form, one), all.AsSpan(i * c, c));
                }
            }
        }
    }

    /// <summary>A row alone has the bits that it has among others.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_RowAmongOthers_HasTheBitsThatItHasAlone(Form form)
    {
        foreach ((int columns, int depth) in (ReadOnlySpan<(int, int)>)[(1, 30), (50, 400), (97, 33)])
        {
            MatmulCase problem = MatmulCase.Draw(new(11, columns, depth), seed: 904, withBias: true);
            float[] all = MatmulCalls.Forward(form, problem);
            for (int i = 0; i < 11; i++)
            {
                MatmulCase one = problem with { Shape = new(1, columns, depth), Left = problem.Left[(i * depth)..((i + 1) * depth)], Before = new float[columns] };
                Bits.Same($"row {i} of {problem}", MatmulCalls.Forward(form, one), all.AsSpan(i * columns, columns));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_DepthInTwoParts_AccumulatesToTheSameBits(Form form)
    {
        MatmulCase problem = MatmulCase.Draw(new(21, 60, 500), seed: 905);
        float[] result = new float[problem.Before.Length];
        Matmul.Forward(new(21, 60, 217) { LeftStride = 500 }, problem.Left, problem.Right.AsSpan(0, 217 * 60), result, options: form.Options());
        MatmulShape rest = new(21, 60, 283) { LeftStride = 500, Accumulate = true };
        Matmul.Forward(rest, problem.Left.AsSpan(217), problem.Right.AsSpan(217 * 60), result, options: form.Options());
        Bits.Same("in two parts", MatmulCalls.Forward(form, problem), result);
    }

    /// <summary>Alone, in a few large tiles, or in many small ones after everything was packed by all.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_AnyNumberOfThreads_KeepsEveryBit(Form form)
    {
        MatmulShape[] shapes =
        [
            new(1, 3000, 700),
            new(2000, 1, 700),
            new(90, 130, 120) { Batch = 8 },
            new(2500, 40, 100),
            new(300, 400, 410) { Accumulate = true },
            new(131, 261, 1001) { TransposeLeft = true, LeftStride = 133 },
            new(64, 700, 800) { TransposeRight = true, RightStride = 807, ResultStride = 701 },
            new(260, 127, 1100) { TransposeLeft = true, TransposeRight = true, Accumulate = true },
            new(1030, 60, 600) { TransposeLeft = true },
            new(103, 211, 520) { Batch = 3, TransposeLeft = true },
            new(140, 180, 450) { Batch = 3, TransposeLeft = true, LeftBatchStride = 0 },
            new(140, 180, 450) { Batch = 3, TransposeRight = true, RightBatchStride = 0, LeftStride = 451 },
        ];
        foreach (MatmulShape shape in shapes)
        {
            MatmulCase problem = MatmulCase.Draw(shape, seed: 906, withBias: shape.Accumulate || shape.Batch > 1);
            float[] alone = MatmulCalls.Forward(form, problem);
            foreach (int threads in (int[])[0, 2, 7])
            {
                Bits.Same($"{threads} threads, {problem}", alone, MatmulCalls.Forward(form, problem, threads));
            }
        }
    }

    /// <summary>Small whole numbers multiply without rounding, so that the law holds to the bit.</summary>
    [Theory]
    [MemberData(nameof(Every))]
    public void Product_OfThree_DoesNotDependOnTheBrackets(Form form)
    {
        Draw draw = new(907);
        float[] a = Whole(draw, 13 * 50), b = Whole(draw, 50 * 70), c = Whole(draw, 70 * 9);
        float[] ab = MatmulCalls.Forward(form, new(new(13, 70, 50), a, b, new float[13 * 70], [], 907));
        float[] bc = MatmulCalls.Forward(form, new(new(50, 9, 70), b, c, new float[50 * 9], [], 907));
        Bits.Same(
            "(AB)C = A(BC)",
            MatmulCalls.Forward(form, new(new(13, 9, 70), ab, c, new float[13 * 9], [], 907)),
            MatmulCalls.Forward(form, new(new(13, 9, 50), a, bc, new float[13 * 9], [], 907)));
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Forward_NotANumberOrInfinity_SpoilsItsRowOrColumnThoughTheFactorIsZero(Form form)
    {
        foreach ((int rows, int columns, int depth) in (ReadOnlySpan<(int, int, int)>)[(9, 53, 20), (2, 53, 20), (60, 1, 20)])
        {
            foreach (float poison in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                float[] zeros = new float[depth * Math.Max(rows, columns)], ones = Enumerable.Repeat(1f, zeros.Length).ToArray();
                MatmulCase problem = new(new(rows, columns, depth), zeros[..(rows * depth)], ones[..(depth * columns)], new float[rows * columns], [], 0);
                float[] left = [.. problem.Left], right = [.. problem.Right];
                left[(1 * depth) + 7] = poison;
                float[] result = MatmulCalls.Forward(form, problem with { Left = left });
                Assert.All(result.Chunk(columns).Index(), row => Assert.All(row.Item, x => Assert.Equal(row.Index == 1 ? poison : 0, x)));

                right[(11 * columns) + (columns / 2)] = poison;
                result = MatmulCalls.Forward(form, problem with { Right = right });
                Assert.All(result.Index(), x => Assert.Equal(x.Index % columns == columns / 2 ? float.NaN : 0, x.Item)); // zero times infinity is no number
            }
        }
    }

    private static IEnumerable<MatmulShape> Shapes(int batch) => Sizes.Select(size => new MatmulShape(size.Rows, size.Columns, size.Depth) { Batch = batch });

    private static float[] Whole(Draw draw, int count) => Array.ConvertAll(draw.Uniform(count, -8, 8), MathF.Round);

    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
        {
            transposed[(i % columns * rows) + (i / columns)] = matrix[i];
        }

        return transposed;
    }
}
