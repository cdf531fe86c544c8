namespace Attention.Kernels.Tests;

[Trait(Tier.Trait, Tier.Every)]
public sealed class SinusoidalTests
{
    public static TheoryData<Form, Fence> EveryFenced => Forms.FencedTheory;

    [Theory]
    [MemberData(nameof(EveryFenced))]
    public void Forward_AnyShape_StaysInBudgetAndInBounds(Form form, Fence fence)
    {
        foreach (int columns in (int[])[0, 1, 2, 3, 16, 17, 80, 256])
        {
            foreach ((int rows, int first) in (IEnumerable<(int, int)>)[(0, 0), (1, 0), (7, 5), (300, 1000), (2, 1_000_000)])
            {
                using Fences fences = new(fence);
                Memory<float> encoding = fences.Output(rows * columns, "encoding");
                SinusoidalPositions.Forward(new(rows, columns), encoding.Span, first, options: form.Options());
                fences.AssertIntact();
                float[] naive = new float[rows * columns];
                SinusoidalPositions.ForwardNaive(new(rows, columns), naive, first);
                Expected expected = new(Oracle(rows, columns, first));
                ErrorBudget.Forward.Assert($"{rows}×{columns} from {first}", expected, naive, encoding.Span);
                ErrorBudget.Rounding(1).Assert($"naive, {rows}×{columns} from {first}", expected, naive);
            }
        }
    }

    /// <summary>Moving by a distance is one rotation, the same from every position: why the article hopes that a model learns relative positions.</summary>
    [Fact]
    public void Rows_MovedByADistance_AreTurnedByOneAngle()
    {
        float[,] encoding = SinusoidalPositions.Rows(120, 8);
        for (int i = 0; i < 4; i++)
        {
            double angle = 20 * Math.Pow(10000, -2.0 * i / 8);
            for (int position = 0; position < 100; position++)
            {
                (double sine, double cosine) = (encoding[position, 2 * i], encoding[position, (2 * i) + 1]);
                Assert.Equal((sine * Math.Cos(angle)) + (cosine * Math.Sin(angle)), encoding[position + 20, 2 * i], 3e-7);
                Assert.Equal((cosine * Math.Cos(angle)) - (sine * Math.Sin(angle)), encoding[position + 20, (2 * i) + 1], 3e-7);
            }
        }
    }

    [Fact]
    public void Forward_Threads_GiveTheSameBits()
    {
        float[] one = new float[3000 * 64], many = new float[one.Length];
        SinusoidalPositions.Forward(new(3000, 64), one, 9, 500, new() { MaxThreads = 1 });
        SinusoidalPositions.Forward(new(3000, 64), many, 9, 500, new() { MaxThreads = 4 });
        Bits.Same("four threads", one, many);
        Bits.Same("from row 100 on", one.AsSpan(6400, 640), Later());

        static float[] Later()
        {
            float[] rows = new float[640];
            SinusoidalPositions.Forward(new(10, 64), rows, 109, 500);
            return rows;
        }
    }

    [Fact]
    public void Forward_WhatCannotBe_IsRefused()
    {
        Refusal.Says("encoding: expected 2×3 = 6 floats, got 5", () => SinusoidalPositions.Forward(new(2, 3), new float[5]));
        Refusal.Says("encoding: expected 2×3 = 6 floats, got 7", () => SinusoidalPositions.ForwardNaive(new(2, 3), new float[7]));
        Refusal.Says("firstPosition: expected zero or more, got -1", () => SinusoidalPositions.Forward(new(2, 3), new float[6], -1));
        Refusal.Says("base: expected a finite number above 1, got 0.5", () => SinusoidalPositions.Forward(new(2, 3), new float[6], 0, 0.5));
        Refusal.Says("Rows: expected zero or more, got -2", () => SinusoidalPositions.Forward(new(-2, 3), []));
        Refusal.Says("positions: expected zero or more, got -2", () => SinusoidalPositions.Rows(-2, 3));
        Refusal.Says("width: expected zero or more, got -3", () => SinusoidalPositions.Rows(2, -3));
        Refusal.Says(
            "encoding: 65536×65536 = 4294967296 elements, more than the 2147483591 that one buffer can hold", () => SinusoidalPositions.Rows(65536, 65536));
    }

    private static double[] Oracle(int rows, int columns, int first) =>
    [
        .. from row in Enumerable.Range(first, rows)
           from column in Enumerable.Range(0, columns)
           let angle = row * Math.Exp(-Math.Log(10000) * (column - (column % 2)) / columns)
           select column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle),
    ];
}
