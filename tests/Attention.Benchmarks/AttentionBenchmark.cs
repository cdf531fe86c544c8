using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Scaled dot-product attention, forward.</summary>
internal static class AttentionBenchmark
{
    /// <summary>Query rows that are compared with the naive form before anything is timed: the first, the last and evenly between.</summary>
    private const int CheckedRows = 128;

    internal static Command Create()
    {
        var options = new CommonOptions();
        var problemOptions = new ProblemOptions(1, 8, 2048, 64);
        var command = new Command("attention", "Scaled dot-product attention, forward.");
        problemOptions.AddTo(command);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            RunSettings settings = options.Of(parsed);
            Report.Write(Run(problemOptions.Of(parsed), settings), settings.Json);
        });
        return command;
    }

    private static Measurement Run(AttentionProblem problem, RunSettings settings)
    {
        int offset = settings.Offset;
        AttentionShape shape = problem.Shape;
        using FloatBuffer query = FloatBuffer.Normal(shape.QueryCount, offset, 1), key = FloatBuffer.Normal(shape.KeyCount, offset, 2);
        using FloatBuffer value = FloatBuffer.Normal(shape.ValueCount, offset, 3), output = new(shape.OutputCount, offset);
        Mask mask = problem.Mask;
        var options = new AttentionOptions { MaxThreads = settings.Threads };
        void Forward() => ScaledDotProduct.Forward(shape, query.Span, key.Span, value.Span, output.Span, mask: mask, options: options);

        long? extra = PeakMemory.Extra(settings.Memory, One, Forward);
        CheckRows(problem, query.Span, key.Span, value.Span, output.Span);

        // Two products, each a multiplication and an addition per query, visible key and feature.
        double flops = 2.0 * problem.Pairs * (shape.Width + shape.ValueWidth);
        return Measurement.Of("attention", problem.Name, settings.Threads, flops, settings.Runs, Forward) with { ExtraBytes = extra };
    }

    /// <summary>Each row by itself, as a problem of one query, whose keys are those that it may see.</summary>
    private static void CheckRows(AttentionProblem problem, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value, ReadOnlySpan<float> output)
    {
        AttentionShape shape = problem.Shape;
        var expected = new float[shape.ValueWidth];
        int steps = Math.Min(CheckedRows, shape.RowCount);
        for (int step = 0; step < steps; step++)
        {
            int row = steps == 1 ? 0 : (int)((long)step * (shape.RowCount - 1) / (steps - 1));
            int head = row / shape.Queries;
            int keyHead = (head / shape.Heads * shape.KeyHeads) + (head % shape.Heads / (shape.Heads / shape.KeyHeads));
            (int first, int end) = problem.Seen(row % shape.Queries);
            int firstRow = (keyHead * shape.Keys) + first;
            ScaledDotProduct.ForwardNaive(
                AttentionShape.Single(1, end - first, shape.Width, shape.ValueWidth),
                query.Slice(row * shape.Width, shape.Width),
                key.Slice(firstRow * shape.Width, (end - first) * shape.Width),
                value.Slice(firstRow * shape.ValueWidth, (end - first) * shape.ValueWidth),
                expected);
            Checked.Agree($"attention, row {row}", expected, output.Slice(row * shape.ValueWidth, shape.ValueWidth));
        }
    }

    private static void One()
    {
        var one = new float[1];
        ScaledDotProduct.Forward(AttentionShape.Single(1, 1, 1, 1), one, one, one, new float[1]);
    }
}
