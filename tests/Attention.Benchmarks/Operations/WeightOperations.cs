using Attention.Kernels;
using static Attention.Benchmarks.ElementOperations;

namespace Attention.Benchmarks;

/// <summary>From scores to weights.</summary>
internal static class WeightOperations
{
    private static readonly bool[] Seen = [.. Enumerable.Range(0, Count).Select(i => i % 7 != 0)];
    private static readonly int[] Lengths = [.. Enumerable.Range(0, Sizes.Rows).Select(row => Sizes.Columns - (row % 64))];
    private static readonly AxisShape Axis = new(4, 1024, 1024);
    private static readonly HardAttentionShape Hard = new(8, 1024, 512, 64);
    private static readonly int Choices = Hard.Batch * Hard.Queries;
    private static readonly int Values = Hard.Batch * Hard.Keys * Hard.ValueWidth;
    private static readonly int Outputs = Choices * Hard.ValueWidth;

    /// <summary>One for the softmax, and two logarithms for the noise.</summary>
    private const double GumbelExponentials = 3;

    internal static IEnumerable<Operation> All =>
    [
        Forward("Softmax.Forward", (x, y, o) => Softmax.Forward(Sizes, x, y, o), 1),
        Backward("Softmax.Backward", (w, g, s, o) => Softmax.Backward(Sizes, w, g, s, o), first: (x, y, o) => Softmax.Forward(Sizes, x, y, o)),
        Along(Forward("Softmax.ForwardAlongAxis", (x, y, o) => Softmax.ForwardAlongAxis(Axis, x, y, o), 1)),
        Along(Backward("Softmax.BackwardAlongAxis", (w, g, s, o) => Softmax.BackwardAlongAxis(Axis, w, g, s, o), first: (x, y, o) => Softmax.ForwardAlongAxis(Axis, x, y, o))),
        Forward("LogSoftmax.Forward", (x, y, o) => LogSoftmax.Forward(Sizes, x, y, o), 1),
        Backward("LogSoftmax.Backward", (w, g, s, o) => LogSoftmax.Backward(Sizes, w, g, s, o), 1, first: (x, y, o) => LogSoftmax.Forward(Sizes, x, y, o)),
        Along(Forward("LogSoftmax.ForwardAlongAxis", (x, y, o) => LogSoftmax.ForwardAlongAxis(Axis, x, y, o), 1)),
        Along(Backward("LogSoftmax.BackwardAlongAxis", (w, g, s, o) => LogSoftmax.BackwardAlongAxis(Axis, w, g, s, o), 1, first: (x, y, o) => LogSoftmax.ForwardAlongAxis(Axis, x, y, o))),
        Forward("MaskedSoftmax.Forward", (x, y, o) => MaskedSoftmax.Forward(Sizes, x, Seen, y, o), 1) with { Variant = "pattern" },
        Forward("MaskedSoftmax.Forward", (x, y, o) => MaskedSoftmax.Forward(Sizes, x, Lengths, y, o), 1) with { Variant = "lengths" },
        Backward("MaskedSoftmax.Backward", (w, g, s, o) => MaskedSoftmax.Backward(Sizes, w, Seen, g, s, o), first: (x, y, o) => MaskedSoftmax.Forward(Sizes, x, Seen, y, o)) with { Variant = "pattern" },
        Backward("MaskedSoftmax.Backward", (w, g, s, o) => MaskedSoftmax.Backward(Sizes, w, Lengths, g, s, o), first: (x, y, o) => MaskedSoftmax.Forward(Sizes, x, Lengths, y, o)) with { Variant = "lengths" },
        Forward("Sparsemax.Forward", (x, y, o) => Sparsemax.Forward(Sizes, x, y, o)),
        Backward("Sparsemax.Backward", (w, g, s, o) => Sparsemax.Backward(Sizes, w, g, s, o), first: (x, y, o) => Sparsemax.Forward(Sizes, x, y, o)),
        Forward("Entmax15.Forward", (x, y, o) => Entmax15.Forward(Sizes, x, y, o)),
        Backward("Entmax15.Backward", (w, g, s, o) => Entmax15.Backward(Sizes, w, g, s, o), first: (x, y, o) => Entmax15.Forward(Sizes, x, y, o)),
        Forward("GumbelSoftmax.Forward", (x, y, o) => GumbelSoftmax.Forward(Sizes, x, 0.5f, 1, y, o), GumbelExponentials),
        new("GumbelSoftmax.ForwardHard", "4096x1024", Work.Memory(Count, 2.0 * Count, GumbelExponentials * Count), b =>
        {
            FloatBuffer scores = b.Normal(Count), weights = b.Result(Count), choice = b.Result(Count);
            return () => GumbelSoftmax.ForwardHard(Sizes, scores.Span, 0.5f, 1, weights.Span, choice.Span, b.Options);
        }),
        Backward("GumbelSoftmax.Backward", (w, g, s, o) => GumbelSoftmax.Backward(Sizes, w, 0.5f, g, s, o), first: (x, y, o) => GumbelSoftmax.Forward(Sizes, x, 0.5f, 1, y, o)),
        Choose("HardAttention.Forward", (scores, value, chosen, output, o) => HardAttention.Forward(Hard, scores, value, chosen, output, o)),
        Choose("HardAttention.ForwardSampled", (scores, value, chosen, output, o) => HardAttention.ForwardSampled(Hard, scores, value, 1, chosen, output, o)),
        new("HardAttention.Backward", "8x1024x64 keys 512", Work.Memory(Outputs, Values), b =>
        {
            int[] chosen = Buffers.Indices(Choices, Hard.Keys);
            FloatBuffer outputGradient = b.Normal(Outputs), valueGradient = b.Result(Values);
            return () => HardAttention.Backward(Hard, chosen, outputGradient.Span, valueGradient.Span, b.Options);
        }),
        new("HardAttention.BackwardReinforce", "8x1024x64 keys 512", Work.Memory((double)Choices * Hard.Keys, (double)Choices * Hard.Keys, (double)Choices * Hard.Keys), b =>
        {
            int[] chosen = Buffers.Indices(Choices, Hard.Keys);
            FloatBuffer scores = b.Normal(Choices * Hard.Keys), loss = b.Normal(Choices), baseline = b.Normal(Choices), scoresGradient = b.Result(Choices * Hard.Keys);
            return () => HardAttention.BackwardReinforce(Hard, scores.Span, chosen, loss.Span, baseline.Span, scoresGradient.Span, b.Options);
        }),
    ];

    private delegate void Choice(ReadOnlySpan<float> scores, ReadOnlySpan<float> value, Span<int> chosen, Span<float> output, KernelOptions options);

    private static Operation Along(Operation operation) => operation with { Shape = "4x1024x1024" };

    private static Operation Choose(string member, Choice choose) => new(member, "8x1024x64 keys 512", Work.Memory(((double)Choices * Hard.Keys) + Values, Outputs), b =>
    {
        var chosen = new int[Choices];
        FloatBuffer scores = b.Normal(Choices * Hard.Keys), value = b.Normal(Values), output = b.Result(Outputs);
        return () => choose(scores.Span, value.Span, chosen, output.Span, b.Options);
    });
}
