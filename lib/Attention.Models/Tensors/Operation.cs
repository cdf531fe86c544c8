namespace Attention.Models;

/// <summary>Carries the slope of the loss in a result back to what the result was computed from.</summary>
/// <param name="gradient">dL/dresult, as many floats as the result has.</param>
internal delegate void GradientStep(ReadOnlySpan<float> gradient);

/// <summary>How a tensor was computed: an entry of the tape.</summary>
internal sealed class Operation(string name, Tensor[] inputs, GradientStep backward)
{
    private static long _count;

    /// <summary>As a reader would call it.</summary>
    internal string Name { get; } = name;

    /// <summary>What it was computed from.</summary>
    internal ReadOnlySpan<Tensor> Inputs => inputs;

    internal GradientStep Backward { get; } = backward;

    /// <summary>Later operations have larger numbers: backwards, they come first.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _count);

    /// <summary>The walk that saw this operation last.</summary>
    internal long Walk { get; set; }
}
