using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Softmax of many rows.</summary>
internal static class SoftmaxBenchmark
{
    /// <summary>What the kernel spends on one element: maximum 1, difference 1, exponential 26, sum 1, share 1.</summary>
    private const double FlopsPerElement = 30;

    internal static Command Create() =>
        RowsBenchmark.Create(
            "softmax", "The softmax of every row.", FlopsPerElement, (shape, scores, weights, options) => Softmax.Forward(shape, scores, weights, options), (shape, scores, weights) => Softmax.ForwardNaive(shape, scores, weights));
}
