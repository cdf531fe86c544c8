namespace Attention.Models;

/// <summary>The same small linear layer at every place (LeCun et al. 1989): <c>y[o, p] = b[o] + Σ w[o, c, k] x[c, stride · p + dilation · k − padding]</c>.</summary>
/// <remarks>As the field has it, the window is not turned round: a cross-correlation.</remarks>
public abstract class Convolution : Module
{
    private protected Convolution(ConvolutionOptions options, RandomSource random, params ReadOnlySpan<int> kernel)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        Weight = Parameter("weight", (options.Initializer ?? Initializers.KaimingUniform())(random, [options.Output, options.Input / options.Groups, .. kernel]));
        Bias = options.HasBias ? Parameter("bias", Tensor.Zeros(options.Output)) : null;
    }

    /// <summary>The sizes and kinds.</summary>
    public ConvolutionOptions Options { get; }

    /// <summary>[Output, Input / Groups, Kernel], or with two kernel axes.</summary>
    public Tensor Weight { get; }

    /// <summary>[Output]; null: none.</summary>
    public Tensor? Bias { get; }

    /// <summary>Through a window of so many rows and columns.</summary>
    /// <param name="x">[B, Input, H, W]</param>
    /// <param name="window">As the options say.</param>
    /// <returns>[B, Output, windows down, windows across]</returns>
    private protected Tensor Through(Tensor x, SlidingWindow window)
    {
        (int batch, int channels, int rows, int columns) = x.Shape;
        if (channels != Options.Input)
        {
            throw new ArgumentException($"convolution: expected {Options.Input} channels, got {x.Shape}");
        }

        (int down, int across) = window.Count("convolution", rows, columns);
        int groups = Options.Groups, depth = channels / groups * window.Places, windows = down * across;
        Tensor seen = x.Unfold(window);
        Tensor y = groups == 1
            ? Weight.Reshape(Options.Output, depth).MatMul(seen)
            : Weight.Reshape(groups, Options.Output / groups, depth).MatMul(seen.Reshape(batch, groups, depth, windows)).Reshape(batch, Options.Output, windows);
        return (Bias is null ? y : y + Bias.Reshape(Options.Output, 1)).Reshape(batch, Options.Output, down, across);
    }
}

/// <summary>A convolution along sequences, such as sound.</summary>
public sealed class Conv1d(ConvolutionOptions options, RandomSource random) : Convolution(options, random, options?.Kernel ?? 1)
{
    /// <summary>Every window through the layer.</summary>
    /// <param name="x">[B, Input, L]</param>
    /// <returns>[B, Output, windows]</returns>
    /// <exception cref="ArgumentException">Axes or channels are others, or a sequence is shorter than the window.</exception>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 3)
        {
            throw new ArgumentException($"convolution: expected sequences [batch, {Options.Input}, length], got {x.Shape}");
        }

        var window = new SlidingWindow(1, Options.Kernel) { Stride = (1, Options.Stride), Padding = (0, Options.Padding), Dilation = (1, Options.Dilation) };
        Tensor y = Through(x.Reshape(x.Shape[0], x.Shape[1], 1, x.Shape[2]), window);
        return y.Reshape(y.Shape[0], y.Shape[1], y.Shape[3]);
    }
}

/// <summary>A convolution over images.</summary>
public sealed class Conv2d(ConvolutionOptions options, RandomSource random) : Convolution(options, random, options?.Kernel ?? 1, options?.Kernel ?? 1)
{
    /// <summary>Every window through the layer.</summary>
    /// <param name="x">[B, Input, H, W]</param>
    /// <returns>[B, Output, windows down, windows across]</returns>
    /// <exception cref="ArgumentException">Axes or channels are others, or an image is smaller than the window.</exception>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Rank == 4 ? Through(x, Options.Window) : throw new ArgumentException($"convolution: expected images [batch, {Options.Input}, height, width], got {x.Shape}");
    }
}
