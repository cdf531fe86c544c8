using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>A whole multi-head self-attention layer.</summary>
internal static class MultiHeadBenchmark
{
    internal static Command Create()
    {
        var options = new CommonOptions();
        var problemOptions = new ProblemOptions(1, 8, 512, 64);
        Option<bool> unpacked = new("--unpacked") { Description = "Pack the weights in every call, as training must." };
        var command = new Command("mha-layer", "A multi-head attention layer: four projections with biases, and attention. A row is H times D wide; with --keys it attends to a memory apart.") { unpacked };
        problemOptions.AddTo(command);
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            RunSettings settings = options.Of(parsed);
            Report.Write(Run(problemOptions.Of(parsed), parsed.GetValue(unpacked), settings), settings.Json);
        });
        return command;
    }

    private static Measurement Run(AttentionProblem problem, bool unpacked, RunSettings settings)
    {
        AttentionShape sizes = problem.Shape;
        (int batch, int n, int m, int e, int offset) = (sizes.Batch, sizes.Queries, sizes.Keys, Checked.Product(sizes.Heads, sizes.Width), settings.Offset);
        (int keyRows, int valueRows, int contextColumns) = (Checked.Product(sizes.KeyHeads, sizes.Width), Checked.Product(sizes.KeyHeads, sizes.ValueWidth), Checked.Product(sizes.Heads, sizes.ValueWidth));
        var shape = new MultiHeadShape(batch, n, m, e, sizes.Heads, sizes.Width) { KeyHeads = sizes.KeyHeads, ValueWidth = sizes.ValueWidth };
        int count = Checked.Product(batch, n, e);
        using FloatBuffer input = FloatBuffer.Normal(count, offset, 1), output = new(count, offset), expected = new(count, offset);
        using FloatBuffer memory = FloatBuffer.Normal(m == n ? 0 : Checked.Product(batch, m, e), offset, 10);
        using FloatBuffer query = Weight(e, e, offset, 2), key = Weight(keyRows, e, offset, 3), value = Weight(valueRows, e, offset, 4), last = Weight(e, contextColumns, offset, 5);
        using FloatBuffer queryBias = FloatBuffer.Normal(e, offset, 6), keyBias = FloatBuffer.Normal(keyRows, offset, 7), valueBias = FloatBuffer.Normal(valueRows, offset, 8);
        using FloatBuffer lastBias = FloatBuffer.Normal(e, offset, 9);
        MultiHeadParameters Parameters() => new()
        {
            QueryWeight = query.Span,
            KeyWeight = key.Span,
            ValueWeight = value.Span,
            OutputWeight = last.Span,
            QueryBias = queryBias.Span,
            KeyBias = keyBias.Span,
            ValueBias = valueBias.Span,
            OutputBias = lastBias.Span,
        };
        MultiHeadWeights packed = MultiHeadAttention.Pack(shape, Parameters());
        Mask mask = problem.Mask;
        var options = new AttentionOptions { MaxThreads = settings.Threads };
        void Forward()
        {
            if (unpacked)
            {
                MultiHeadAttention.Forward(shape, input.Span, memory.Span, Parameters(), output.Span, mask: mask, options: options);
            }
            else
            {
                MultiHeadAttention.Forward(shape, input.Span, memory.Span, packed, output.Span, mask, options);
            }
        }

        long? extra = PeakMemory.Extra(settings.Memory, One, Forward);
        MultiHeadAttention.ForwardNaive(shape, input.Span, memory.Span, Parameters(), expected.Span, mask: mask);
        Checked.Agree("mha-layer", expected.Span, output.Span);

        // Four projections, each a multiplication and an addition per row, input and output; and two products per query, visible key and feature.
        double projections = 2.0 * batch * e * (((double)n * (e + contextColumns)) + ((double)m * (keyRows + valueRows)));
        double flops = projections + (2.0 * problem.Pairs * (sizes.Width + sizes.ValueWidth));
        string name = problem.Name + (problem.Causal ? " causal" : "") + (unpacked ? " unpacked" : "");
        return Measurement.Of("mha-layer", name, settings.Threads, flops, settings.Runs, Forward) with { ExtraBytes = extra };
    }

    private static void One()
    {
        var one = new float[1];
        MultiHeadAttention.Forward(
            MultiHeadShape.Self(1, 1, 1, 1), one, [], new MultiHeadParameters { QueryWeight = one, KeyWeight = one, ValueWeight = one, OutputWeight = one }, new float[1]);
    }

    /// <summary>Products with it are as large as what they are made of.</summary>
    private static FloatBuffer Weight(int outputs, int inputs, int offset, int seed)
    {
        FloatBuffer weight = FloatBuffer.Normal(Checked.Product(outputs, inputs), offset, seed);
        foreach (ref float x in weight.Span)
        {
            x /= MathF.Sqrt(inputs);
        }

        return weight;
    }
}
