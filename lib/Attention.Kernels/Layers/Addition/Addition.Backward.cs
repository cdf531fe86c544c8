namespace Attention.Kernels;

public static partial class Addition
{
    /// <summary>The gradient of <see cref="Forward"/>: dleftᵢ = dyᵢ and drightᵢ = scale · dyᵢ.</summary>
    /// <param name="scale">What Forward was given.</param>
    /// <param name="yGradient">[n]; dL/dy.</param>
    /// <param name="leftGradient">[n]; dL/dleft, overwritten. Empty: not wanted. May be <paramref name="yGradient"/> itself; must not overlap it otherwise.</param>
    /// <param name="rightGradient">[n]; dL/dright, likewise. The two gradients must not overlap.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">The lengths differ, or buffers overlap that must not.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static void Backward(float scale, ReadOnlySpan<float> yGradient, Span<float> leftGradient, Span<float> rightGradient, KernelOptions options = default)
    {
        CheckBackward(yGradient, leftGradient, rightGradient, options);
        if (!leftGradient.IsEmpty && yGradient != leftGradient)
        {
            Elementwise.Run<Maps.Scaled>(yGradient, default, default, 1, leftGradient, Cost, options);
        }

        Elementwise.Run<Maps.Scaled>(yGradient, default, default, scale, rightGradient, Cost, options);
    }

    /// <summary>dleftᵢ = dyᵢ and drightᵢ = scale · dyᵢ, one at a time: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(float scale, ReadOnlySpan<float> yGradient, Span<float> leftGradient, Span<float> rightGradient)
    {
        CheckBackward(yGradient, leftGradient, rightGradient);
        for (int i = 0; i < leftGradient.Length; i++)
        {
            leftGradient[i] = yGradient[i];
        }

        for (int i = 0; i < rightGradient.Length; i++)
        {
            rightGradient[i] = scale * yGradient[i];
        }
    }

    private static void CheckBackward(ReadOnlySpan<float> yGradient, ReadOnlySpan<float> leftGradient, ReadOnlySpan<float> rightGradient, KernelOptions options = default)
    {
        options.Check();
        Guard.LengthOrEmpty(nameof(leftGradient), leftGradient.Length, yGradient.Length);
        Guard.LengthOrEmpty(nameof(rightGradient), rightGradient.Length, yGradient.Length);
        Guard.SameOrApart(nameof(leftGradient), leftGradient, nameof(yGradient), yGradient);
        Guard.SameOrApart(nameof(rightGradient), rightGradient, nameof(yGradient), yGradient);
        Guard.Apart(nameof(rightGradient), rightGradient, nameof(leftGradient), leftGradient);
    }
}
