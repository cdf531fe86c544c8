using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>A whole multi-head self-attention layer.</summary>
internal static class MultiHeadBenchmark
{
    private static readonly int[] Usual = [1, 8, 512, 64];

    internal static Command Create()
    {
        var options = new CommonOptions();
        Option<int[]> sizes = CommonOptions.Sizes("--shape", "BxHxNxD", Usual, "Batch, heads, length, width of a head; a row is H times D wide.");
        Option<int> threads = CommonOptions.Threads();
        Option<bool> causal = new("--causal") { Description = "Hide the future from each query; only what is left counts as work." };
        Option<bool> unpacked = new("--unpacked") { Description = "Pack the weights in every call, as training must." };
        var command = new Command("mha-layer", "A multi-head self-attention layer: four projections with biases, and attention.") { sizes, threads, causal, unpacked };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            int[] s = parsed.GetResult(sizes) is null ? Usual : parsed.GetValue(sizes)!;
            MultiHeadShape shape = MultiHeadShape.Self(s[0], s[2], Checked.Product(s[1], s[3]), s[1]);
            Measurement measured = Run(
                shape, parsed.GetValue(causal), parsed.GetValue(unpacked), parsed.GetValue(threads), parsed.GetValue(options.Offset), parsed.GetValue(options.Runs));
            Report.Write(measured, parsed.GetValue(options.Json));
        });
        return command;
    }

    private static Measurement Run(MultiHeadShape shape, bool causal, bool unpacked, int threads, int offset, int runs)
    {
        (int n, int e) = (shape.Queries, shape.InputWidth);
        int count = Checked.Product(shape.Batch, n, e), matrix = Checked.Product(e, e);
        using FloatBuffer input = FloatBuffer.Normal(count, offset, 1), output = new(count, offset), expected = new(count, offset);
        using FloatBuffer query = Weight(matrix, e, offset, 2), key = Weight(matrix, e, offset, 3), value = Weight(matrix, e, offset, 4), last = Weight(matrix, e, offset, 5);
        using FloatBuffer queryBias = FloatBuffer.Normal(e, offset, 6), keyBias = FloatBuffer.Normal(e, offset, 7), valueBias = FloatBuffer.Normal(e, offset, 8);
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
        Mask mask = causal ? Mask.Causal : Mask.None;
        var options = new AttentionOptions { MaxThreads = threads };
        void Forward()
        {
            if (unpacked)
            {
                MultiHeadAttention.Forward(shape, input.Span, [], Parameters(), output.Span, mask: mask, options: options);
            }
            else
            {
                MultiHeadAttention.Forward(shape, input.Span, [], packed, output.Span, mask, options);
            }
        }

        Forward();
        MultiHeadAttention.ForwardNaive(shape, input.Span, [], Parameters(), expected.Span, mask: mask);
        Checked.Agree("mha-layer", expected.Span, output.Span);

        // Four projections, and two products per query, visible key and feature.
        double pairs = (double)shape.Batch * n * (causal ? (n + 1) / 2.0 : n);
        double flops = (8.0 * shape.Batch * n * e * e) + (4 * pairs * e);
        string name = $"{shape.Batch}x{shape.Heads}x{n}x{shape.HeadWidth}" + (causal ? " causal" : "") + (unpacked ? " unpacked" : "");
        return Measurement.Of("mha-layer", name, threads, flops, runs, Forward);
    }

    /// <summary>Products with it are as large as what they are made of.</summary>
    private static FloatBuffer Weight(int count, int inputs, int offset, int seed)
    {
        FloatBuffer weight = FloatBuffer.Normal(count, offset, seed);
        foreach (ref float x in weight.Span)
        {
            x /= MathF.Sqrt(inputs);
        }

        return weight;
    }
}
