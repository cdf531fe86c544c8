using System.CommandLine;
using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>e^x over many floats.</summary>
internal static class ExponentialBenchmark
{
    /// <summary>What the kernel spends on one element: range reduction 12, polynomial 12, scaling 2.</summary>
    private const double FlopsPerElement = 26;

    internal static Command Create() =>
        RowsBenchmark.Create("exp", "e^x of every element.", FlopsPerElement, (_, x, y, options) => Exponential.Forward(x, y, options), (_, x, y) => Exponential.ForwardNaive(x, y));
}
