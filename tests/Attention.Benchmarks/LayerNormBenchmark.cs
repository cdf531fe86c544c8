using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Layer normalisation of many rows, with a gain and a bias.</summary>
internal static class LayerNormBenchmark
{
    /// <summary>What the kernel spends on one element: sum 1, difference, sum and square 4, difference, scale, shift, gain and bias 5.</summary>
    private const double FlopsPerElement = 10;

    internal static Command Create()
    {
        float[] gain = [], bias = [];
        return RowsBenchmark.Create("layernorm", "Layer normalisation of every row.", FlopsPerElement, Forward, ForwardNaive);

        void Forward(RowShape shape, ReadOnlySpan<float> input, Span<float> output, KernelOptions options)
        {
            Prepare(shape);
            LayerNorm.Forward(shape, input, gain, bias, output, options: options);
        }

        void ForwardNaive(RowShape shape, ReadOnlySpan<float> input, Span<float> output)
        {
            Prepare(shape);
            LayerNorm.ForwardNaive(shape, input, gain, bias, output);
        }

        void Prepare(RowShape shape)
        {
            if (gain.Length != shape.Columns)
            {
                gain = [.. Enumerable.Range(0, shape.Columns).Select(column => 0.5f + ((float)column / shape.Columns))];
                bias = Array.ConvertAll(gain, value => 1 - value);
            }
        }
    }
}
