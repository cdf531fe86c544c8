using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>Kernels that take a matrix and give one of the same shape: memory is their limit.</summary>
internal static class ElementOperations
{
    /// <summary>16 MB in and 16 MB out.</summary>
    internal static RowShape Sizes { get; } = new(4096, 1024);

    private const string Name = "4096x1024";

    internal static int Count => Sizes.Rows * Sizes.Columns;

    internal delegate void Step(ReadOnlySpan<float> x, Span<float> y, KernelOptions options);

    internal delegate void StepBack(ReadOnlySpan<float> x, ReadOnlySpan<float> yGradient, Span<float> xGradient, KernelOptions options);

    internal static IEnumerable<Operation> All =>
    [
        Forward("Relu.Forward", Relu.Forward),
        Backward("Relu.Backward", Relu.Backward),
        Forward("Gelu.Forward", Gelu.Forward, 1),
        Backward("Gelu.Backward", Gelu.Backward, 2),
        Forward("Gelu.ForwardTanh", Gelu.ForwardTanh, 1),
        Backward("Gelu.BackwardTanh", Gelu.BackwardTanh, 1),
        Forward("Silu.Forward", Silu.Forward, 1),
        Backward("Silu.Backward", Silu.Backward, 1),
        Forward("Exponential.Forward", Exponential.Forward, 1),
        Backward("Exponential.Backward", Exponential.Backward),
        Forward("SoftCap.Forward", (x, y, o) => SoftCap.Forward(x, 2, y, o), 1),
        Backward("SoftCap.Backward", (y, g, x, o) => SoftCap.Backward(y, 4, g, x, o), first: (x, y, o) => SoftCap.Forward(x, 4, y, o)),
        Forward("Dropout.Forward", (x, y, o) => Dropout.Forward(0.1f, 1, x, y, o)),
        Forward("Dropout.Backward", (g, x, o) => Dropout.Backward(0.1f, 1, g, x, o)),
    ];

    /// <summary>A kernel that reads a matrix and writes one.</summary>
    /// <param name="member">The kernel.</param>
    /// <param name="step">One call of it.</param>
    /// <param name="exponentials">How many each element takes.</param>
    /// <param name="first">What makes inputs of the numbers drawn, where not all numbers are.</param>
    internal static Operation Forward(string member, Step step, double exponentials = 0, Step? first = null) => new(member, Name, Work.Memory(Count, Count, exponentials * Count), b =>
    {
        FloatBuffer x = b.Normal(Count), y = b.Result(Count);
        first?.Invoke(x.Span, x.Span, b.Options);
        return () => step(x.Span, y.Span, b.Options);
    });

    /// <summary>A kernel that reads two matrices and writes one.</summary>
    /// <param name="member">The kernel.</param>
    /// <param name="back">One call of it.</param>
    /// <param name="exponentials">How many each element takes.</param>
    /// <param name="first">The forward pass, where what it wrote is the kernel's input.</param>
    internal static Operation Backward(string member, StepBack back, double exponentials = 0, Step? first = null) =>
        new(member, Name, Work.Memory(2.0 * Count, Count, exponentials * Count), b =>
        {
            FloatBuffer x = b.Normal(Count), yGradient = b.Normal(Count), xGradient = b.Result(Count);
            if (first is not null)
            {
                first(x.Span, xGradient.Span, b.Options);
                xGradient.Span.CopyTo(x.Span);
            }

            return () => back(x.Span, yGradient.Span, xGradient.Span, b.Options);
        });
}
