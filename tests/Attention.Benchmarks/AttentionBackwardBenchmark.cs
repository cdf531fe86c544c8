using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Scaled dot-product attention, backward.</summary>
internal static class AttentionBackwardBenchmark
{
    internal static Command Create()
    {
        var options = new CommonOptions();
        var problemOptions = new ProblemOptions(1, 8, 512, 64);
        var command = new Command("attention-backward", "Scaled dot-product attention, backward: the gradients of queries, keys and values.");
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
        using FloatBuffer value = FloatBuffer.Normal(shape.ValueCount, offset, 3), outputGradient = FloatBuffer.Normal(shape.OutputCount, offset, 4);
        using FloatBuffer output = new(shape.OutputCount, offset), logSumExp = new(shape.RowCount, offset);
        using FloatBuffer queryGradient = new(shape.QueryCount, offset), keyGradient = new(shape.KeyCount, offset), valueGradient = new(shape.ValueCount, offset);
        Mask mask = problem.Mask;
        var options = new AttentionOptions { MaxThreads = settings.Threads };
        ScaledDotProduct.Forward(shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, mask, options);
        void Backward() => ScaledDotProduct.Backward(
            shape, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, outputGradient.Span, queryGradient.Span, keyGradient.Span, valueGradient.Span, mask, options);

        long? extra = PeakMemory.Extra(settings.Memory, One, Backward);
        CheckFirstHeads(problem, query.Span, key.Span, value.Span, output.Span, logSumExp.Span, outputGradient.Span, queryGradient.Span, keyGradient.Span, valueGradient.Span);

        // Scores and dK and dQ are products of width D, dP and dV of width Dv; each a multiplication and an addition per query, visible key and feature.
        double flops = 2.0 * problem.Pairs * ((3.0 * shape.Width) + (2.0 * shape.ValueWidth));
        return Measurement.Of("attention-backward", problem.Name, settings.Threads, flops, settings.Runs, Backward) with { ExtraBytes = extra };
    }

    /// <summary>The first key head of the first sequence, with the query heads that it serves, as a problem of its own.</summary>
    private static void CheckFirstHeads(
        AttentionProblem problem,
        ReadOnlySpan<float> query,
        ReadOnlySpan<float> key,
        ReadOnlySpan<float> value,
        ReadOnlySpan<float> output,
        ReadOnlySpan<float> logSumExp,
        ReadOnlySpan<float> outputGradient,
        ReadOnlySpan<float> queryGradient,
        ReadOnlySpan<float> keyGradient,
        ReadOnlySpan<float> valueGradient)
    {
        AttentionShape one = problem.Shape with { Batch = 1, Heads = problem.Shape.Heads / problem.Shape.KeyHeads, KeyHeads = 1 };
        (float[] queries, float[] keys, float[] values) = (new float[one.QueryCount], new float[one.KeyCount], new float[one.ValueCount]);
        ScaledDotProduct.BackwardNaive(
            one,
            query[..one.QueryCount],
            key[..one.KeyCount],
            value[..one.ValueCount],
            output[..one.OutputCount],
            logSumExp[..one.RowCount],
            outputGradient[..one.OutputCount],
            queries,
            keys,
            values,
            (problem with { Shape = one }).Mask);
        Checked.Agree("attention-backward, queries", queries, queryGradient[..one.QueryCount]);
        Checked.Agree("attention-backward, keys", keys, keyGradient[..one.KeyCount]);
        Checked.Agree("attention-backward, values", values, valueGradient[..one.ValueCount]);
    }

    private static void One()
    {
        var one = new float[1];
        ScaledDotProduct.Backward(AttentionShape.Single(1, 1, 1, 1), one, one, one, one, one, one, new float[1], new float[1], new float[1]);
    }
}
