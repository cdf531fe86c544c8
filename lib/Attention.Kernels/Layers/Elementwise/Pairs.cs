namespace Attention.Kernels;

/// <summary>What the doors of kernels with two inputs of the same length check.</summary>
internal static class Pairs
{
    internal static void Check(string leftName, ReadOnlySpan<float> left, string rightName, ReadOnlySpan<float> right, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        Guard.Length(rightName, right.Length, left.Length);
        Guard.Length(nameof(y), y.Length, left.Length);
        Guard.SameOrApart(nameof(y), y, leftName, left);
        Guard.SameOrApart(nameof(y), y, rightName, right);
    }

    /// <summary>Either gradient may be left out; the second is written after the first, and both read both inputs, so they lie apart from everything.</summary>
    internal static void CheckBackward(
        string leftName,
        ReadOnlySpan<float> left,
        string rightName,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> yGradient,
        string leftGradientName,
        ReadOnlySpan<float> leftGradient,
        string rightGradientName,
        ReadOnlySpan<float> rightGradient,
        KernelOptions options = default)
    {
        options.Check();
        Guard.Length(rightName, right.Length, left.Length);
        Guard.Length(nameof(yGradient), yGradient.Length, left.Length);
        CheckGradient(leftGradientName, leftGradient, leftName, left, rightName, right, yGradient);
        CheckGradient(rightGradientName, rightGradient, leftName, left, rightName, right, yGradient);
        Guard.Apart(rightGradientName, rightGradient, leftGradientName, leftGradient);
    }

    private static void CheckGradient(
        string name,
        ReadOnlySpan<float> gradient,
        string leftName,
        ReadOnlySpan<float> left,
        string rightName,
        ReadOnlySpan<float> right,
        ReadOnlySpan<float> yGradient)
    {
        Guard.LengthOrEmpty(name, gradient.Length, yGradient.Length);
        Guard.Apart(name, gradient, leftName, left);
        Guard.Apart(name, gradient, rightName, right);
        Guard.Apart(name, gradient, nameof(yGradient), yGradient);
    }
}
