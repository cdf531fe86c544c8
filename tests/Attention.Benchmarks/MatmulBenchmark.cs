using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>The product of two matrices.</summary>
internal static class MatmulBenchmark
{
    /// <summary>Rows that are compared with the naive form before anything is timed: the first, the last and evenly between.</summary>
    private const int CheckedRows = 16;

    private static readonly int[] Usual = [1024, 1024, 1024];

    internal static Command Create()
    {
        var options = new CommonOptions();
        Option<int[]> sizes = CommonOptions.Sizes("--shape", "MxNxK", Usual, "M rows and N columns of the result, each element a sum of K products.");
        Option<bool> packed = new("--packed") { Description = "Pack the right matrix before, as the weights of a layer are." };
        Option<bool> left = new("--transpose-left") { Description = "Store the left matrix transposed." };
        Option<bool> right = new("--transpose-right") { Description = "Store the right matrix transposed." };
        var command = new Command("matmul", "The product of two matrices.") { sizes, packed, left, right };
        options.AddTo(command);
        CommonOptions.Refuse(command, "matmul multiplies two matrices, without queries and keys.", ProblemOptions.Names);
        command.SetAction(parsed =>
        {
            int[] s = parsed.GetResult(sizes) is null ? Usual : parsed.GetValue(sizes)!;
            var shape = new MatmulShape(s[0], s[1], s[2]) { TransposeLeft = parsed.GetValue(left), TransposeRight = parsed.GetValue(right) };
            RunSettings settings = options.Of(parsed);
            Report.Write(Run(shape, parsed.GetValue(packed), settings), settings.Json);
        });
        return command;
    }

    private static Measurement Run(MatmulShape shape, bool usePacked, RunSettings settings)
    {
        int offset = settings.Offset;
        (int m, int n, int k) = (shape.Rows, shape.Columns, shape.Depth);
        using FloatBuffer left = FloatBuffer.Normal(Checked.Product(m, k), offset, 1), right = FloatBuffer.Normal(Checked.Product(k, n), offset, 2);
        using FloatBuffer result = new(Checked.Product(m, n), offset);
        var options = new KernelOptions { MaxThreads = settings.Threads };
        PackedMatrix? packed = usePacked ? Matmul.Pack(shape, right.Span) : null;
        void Multiply()
        {
            if (packed is null)
            {
                Matmul.Forward(shape, left.Span, right.Span, result.Span, options: options);
            }
            else
            {
                Matmul.Forward(shape, left.Span, packed, result.Span, options: options);
            }
        }

        long? extra = PeakMemory.Extra(settings.Memory, One, Multiply);
        CheckRows(shape, left.Span, right.Span, result.Span);
        string name = $"{m}x{n}x{k}" + (usePacked ? " packed" : "") + (shape.TransposeLeft ? " left transposed" : "") + (shape.TransposeRight ? " right transposed" : "");
        return Measurement.Of("matmul", name, settings.Threads, 2.0 * m * n * k, settings.Runs, Multiply) with { ExtraBytes = extra };
    }

    /// <summary>Each row by itself. Rounding grows with the number of terms, so that the bound of the other checks is measured against their sum.</summary>
    private static void CheckRows(MatmulShape shape, ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> result)
    {
        var row = new float[shape.Depth];
        var expected = new float[shape.Columns];
        float scale = 1 / MathF.Sqrt(shape.Depth);
        int steps = Math.Min(CheckedRows, shape.Rows);
        for (int step = 0; step < steps; step++)
        {
            int i = steps == 1 ? 0 : (int)((long)step * (shape.Rows - 1) / (steps - 1));
            for (int k = 0; k < shape.Depth; k++)
            {
                row[k] = left[shape.TransposeLeft ? (k * shape.Rows) + i : (i * shape.Depth) + k] * scale;
            }

            Matmul.ForwardNaive(shape with { Rows = 1, TransposeLeft = false }, row, right, expected);
            float[] actual = [.. result.Slice(i * shape.Columns, shape.Columns)];
            foreach (ref float element in actual.AsSpan())
            {
                element *= scale;
            }

            Checked.Agree($"matmul, row {i}", expected, actual);
        }
    }

    private static void One()
    {
        var one = new float[1];
        Matmul.Forward(new MatmulShape(1, 1, 1), one, one, new float[1]);
    }
}
