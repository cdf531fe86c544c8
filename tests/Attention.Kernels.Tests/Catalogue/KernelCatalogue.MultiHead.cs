namespace Attention.Kernels.Tests;

internal static partial class KernelCatalogue
{
    private static Dictionary<string, CatalogueCase> OfMultiHead => new()
    {
        ["MultiHeadAttention.Forward"] = run =>
        {
            (MultiHeadShape shape, Layer layer) = MultiHead(run);
            Memory<float> output = run.Out(shape.Batch * shape.Queries * shape.InputWidth);
            Mask mask = run.Mask(shape.Attention);
            if (run.Draw.Coin())
            {
                MultiHeadWeights packed = MultiHeadAttention.Pack(shape, layer.Parameters);
                return () => MultiHeadAttention.Forward(shape, layer.Input.Span, layer.Memory.Span, packed, output.Span, mask, layer.Options);
            }

            Memory<float> saved = run.OutOrNothing(shape.SavedCount);
            return () => MultiHeadAttention.Forward(shape, layer.Input.Span, layer.Memory.Span, layer.Parameters, output.Span, saved.Span, mask, layer.Options);
        },
        ["MultiHeadAttention.Backward"] = run =>
        {
            (MultiHeadShape shape, Layer layer) = MultiHead(run);
            Memory<float> saved = run.In(shape.SavedCount), slopes = run.In(shape.Batch * shape.Queries * shape.InputWidth);
            Memory<float> input = run.OutOrNothing(layer.Input.Length), memory = run.OutOrNothing(layer.Memory.Length);
            Memory<float>[] weights = [.. layer.Weights.Select(weight => run.OutOrNothing(weight.Length))], biases = [.. layer.Weights.Select((_, i) => run.OutOrNothing(layer.Biases[i].Length))];
            bool isBiased = run.Draw.Coin();
            Memory<float> bias = isBiased ? run.In(shape.Queries * shape.Keys) : default, biasGradient = isBiased ? run.OutOrNothing(bias.Length) : default;
            Mask mask = isBiased ? Mask.Bias(bias) : run.Mask(shape.Attention);
            return () => MultiHeadAttention.Backward(
                shape,
                layer.Input.Span,
                layer.Memory.Span,
                layer.Parameters,
                saved.Span,
                slopes.Span,
                new MultiHeadGradients
                {
                    Input = input.Span,
                    Memory = memory.Span,
                    QueryWeight = weights[0].Span,
                    KeyWeight = weights[1].Span,
                    ValueWeight = weights[2].Span,
                    OutputWeight = weights[3].Span,
                    QueryBias = biases[0].Span,
                    KeyBias = biases[1].Span,
                    ValueBias = biases[2].Span,
                    OutputBias = biases[3].Span,
                    MaskBias = biasGradient.Span,
                },
                mask,
                layer.Options);
        },
        // What it gives back is new by its nature.
        ["MultiHeadAttention.Pack"] = run =>
        {
            (MultiHeadShape shape, Layer layer) = MultiHead(run);
            _ = MultiHeadAttention.Pack(shape, layer.Parameters);
            return () => { };
        },
    };

    private static (MultiHeadShape Shape, Layer Layer) MultiHead(CatalogueRun run)
    {
        bool self = run.Draw.Coin();
        int keyHeads = run.Draw.Integer(1, 2), heads = keyHeads * run.Draw.Integer(1, 2), queries = run.Length(), width = run.Width(40), d = run.Width(20), dv = run.Width(20);
        int memoryWidth = self ? width : run.Width(40);
        MultiHeadShape shape = new(run.Several(2), queries, self ? queries : run.Length(), width, heads, d) { KeyHeads = keyHeads, ValueWidth = dv, MemoryWidth = memoryWidth };
        Memory<float> Bias(int count) => run.Draw.Coin() ? run.In(count) : default;
        return (shape, new(
            run.In(shape.Batch * queries * width),
            self ? default : run.In(shape.Batch * shape.Keys * memoryWidth),
            [run.In(heads * d * width), run.In(keyHeads * d * memoryWidth), run.In(keyHeads * dv * memoryWidth), run.In(width * heads * dv)],
            [Bias(heads * d), Bias(keyHeads * d), Bias(keyHeads * dv), Bias(width)],
            run.AttentionOptions()));
    }

    private sealed record Layer(Memory<float> Input, Memory<float> Memory, Memory<float>[] Weights, Memory<float>[] Biases, AttentionOptions Options)
    {
        public MultiHeadParameters Parameters => new()
        {
            QueryWeight = Weights[0].Span,
            KeyWeight = Weights[1].Span,
            ValueWeight = Weights[2].Span,
            OutputWeight = Weights[3].Span,
            QueryBias = Biases[0].Span,
            KeyBias = Biases[1].Span,
            ValueBias = Biases[2].Span,
            OutputBias = Biases[3].Span,
        };
    }
}
