using System.CommandLine;
using System.Diagnostics;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Scaled dot-product attention, forward.</summary>
internal static class AttentionBenchmark
{
    /// <summary>Query rows that are compared with the naive form before anything is timed: the first, the last and evenly between.</summary>
    private const int CheckedRows = 128;

    private static readonly int[] Usual = [1, 8, 2048, 64];

    internal static Command Create()
    {
        var options = new CommonOptions();
        Option<int[]> shapeOption = CommonOptions.Sizes("--shape", "BxHxNxD", Usual, "Batch, heads, queries, width.");
        Option<int> keys = CommonOptions.Integer("--keys", 0, 0, "M, the number of keys; 0: as many as queries.");
        Option<int> keyHeads = CommonOptions.Integer("--kv-heads", 0, 0, "G, the number of key heads; 0: as many as query heads.");
        Option<int> valueWidth = CommonOptions.Integer("--dv", 0, 0, "Dv, the width of a value; 0: as wide as a key.");
        Option<int> threads = CommonOptions.Threads();
        Option<bool> causal = new("--causal") { Description = "Hide the future; only the visible half counts as work." };
        Option<bool> memory = new("--memory") { Description = "Also report the memory used beyond inputs and outputs." };
        var command = new Command("attention", "Scaled dot-product attention, forward.") { shapeOption, keys, keyHeads, valueWidth, causal, threads, memory };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            int[] s = parsed.GetResult(shapeOption) is null ? Usual : parsed.GetValue(shapeOption)!;
            var shape = new AttentionShape(s[0], s[1], Or(parsed.GetValue(keyHeads), s[1]), s[2], Or(parsed.GetValue(keys), s[2]), s[3], Or(parsed.GetValue(valueWidth), s[3]));
            Measurement measured = Run(
                shape, parsed.GetValue(causal), parsed.GetValue(threads), parsed.GetValue(options.Offset), parsed.GetValue(options.Runs), parsed.GetValue(memory));
            Report.Write(measured, parsed.GetValue(options.Json));
        });
        return command;
    }

    private static int Or(int given, int fallback) => given > 0 ? given : fallback;

    private static Measurement Run(AttentionShape shape, bool causal, int threads, int offset, int runs, bool measureMemory)
    {
        using FloatBuffer query = FloatBuffer.Normal(shape.QueryCount, offset, 1), key = FloatBuffer.Normal(shape.KeyCount, offset, 2);
        using FloatBuffer value = FloatBuffer.Normal(shape.ValueCount, offset, 3), output = new(shape.OutputCount, offset);
        Mask mask = causal ? Mask.Causal : Mask.None;
        var options = new AttentionOptions { MaxThreads = threads };
        void Forward() => ScaledDotProduct.Forward(shape, query.Span, key.Span, value.Span, output.Span, mask: mask, options: options);

        long? extra = measureMemory ? ExtraBytes(Forward) : null;
        Forward();
        CheckRows(shape, causal, query.Span, key.Span, value.Span, output.Span);
        return Measurement.Of("attention", Name(shape), threads, Flops(shape, causal), runs, Forward) with { ExtraBytes = extra };
    }

    /// <summary>Two products, each a multiplication and an addition per query, visible key and feature.</summary>
    private static double Flops(AttentionShape shape, bool causal)
    {
        double pairs = 0;
        for (int i = 0; i < shape.Queries; i++)
        {
            pairs += causal ? VisibleKeys(shape, i) : shape.Keys;
        }

        return 2.0 * shape.Batch * shape.Heads * pairs * (shape.Width + shape.ValueWidth);
    }

    private static int VisibleKeys(AttentionShape shape, int query) => Math.Clamp(query + 1 + shape.Keys - shape.Queries, 0, shape.Keys);

    /// <summary>BxHxNxD, and what differs from the ordinary.</summary>
    private static string Name(AttentionShape shape) =>
        $"{shape.Batch}x{shape.Heads}x{shape.Queries}x{shape.Width}"
        + (shape.Keys != shape.Queries ? $" keys {shape.Keys}" : "")
        + (shape.KeyHeads != shape.Heads ? $" kv-heads {shape.KeyHeads}" : "")
        + (shape.ValueWidth != shape.Width ? $" dv {shape.ValueWidth}" : "");

    /// <summary>Each row by itself, as a problem of one query, whose keys are those that it may see.</summary>
    private static void CheckRows(
        AttentionShape shape, bool causal, ReadOnlySpan<float> query, ReadOnlySpan<float> key, ReadOnlySpan<float> value, ReadOnlySpan<float> output)
    {
        var expected = new float[shape.ValueWidth];
        int steps = Math.Min(CheckedRows, shape.RowCount);
        for (int step = 0; step < steps; step++)
        {
            int row = steps == 1 ? 0 : (int)((long)step * (shape.RowCount - 1) / (steps - 1));
            int head = row / shape.Queries;
            int keyHead = (head / shape.Heads * shape.KeyHeads) + (head % shape.Heads / (shape.Heads / shape.KeyHeads));
            int visible = causal ? VisibleKeys(shape, row % shape.Queries) : shape.Keys;
            ScaledDotProduct.ForwardNaive(
                AttentionShape.Single(1, visible, shape.Width, shape.ValueWidth),
                query.Slice(row * shape.Width, shape.Width),
                key.Slice(keyHead * shape.Keys * shape.Width, visible * shape.Width),
                value.Slice(keyHead * shape.Keys * shape.ValueWidth, visible * shape.ValueWidth),
                expected);
            Checked.Agree($"attention, row {row}", expected, output.Slice(row * shape.ValueWidth, shape.ValueWidth));
        }
    }

    /// <summary>How far the process grows in its first call, of which a call on one query has already paid for the compilation.</summary>
    private static long ExtraBytes(Action run)
    {
        var one = new float[1];
        ScaledDotProduct.Forward(AttentionShape.Single(1, 1, 1, 1), one, one, one, new float[1]);
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        run();
        process.Refresh();
        return Math.Max(0, process.PeakWorkingSet64 - before);
    }
}
