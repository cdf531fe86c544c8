namespace Attention.Models;

/// <summary>Brings every row to a common size, and lets a gain be learned.</summary>
public abstract class Normalization : Module
{
    /// <summary>Every row normalised.</summary>
    /// <param name="x">[..., Width]</param>
    public abstract Tensor Forward(Tensor x);
}

/// <summary>Layer normalization: every row to mean 0 and deviation 1, then a gain and a bias (Ba, Kiros and Hinton 2016, eq. 4).</summary>
public sealed class LayerNormalization : Normalization
{
    private readonly float _epsilon;

    /// <summary>For rows of this width; the gain begins at one and the bias at zero.</summary>
    public LayerNormalization(int width, float epsilon = 1e-5f)
    {
        _epsilon = epsilon;
        Weight = Parameter("weight", Tensor.Ones(width));
        Bias = Parameter("bias", Tensor.Zeros(width));
    }

    /// <summary>[Width]; the gain.</summary>
    public Tensor Weight { get; }

    /// <summary>[Width]</summary>
    public Tensor Bias { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.LayerNorm(Weight, Bias, _epsilon);
    }
}

/// <summary>Root mean square normalization: every row to a root mean square of 1, then a gain (Zhang and Sennrich 2019, eq. 4).</summary>
public sealed class RmsNormalization : Normalization
{
    private readonly float _epsilon;

    /// <summary>For rows of this width; the gain begins at one.</summary>
    public RmsNormalization(int width, float epsilon = 1e-5f)
    {
        _epsilon = epsilon;
        Weight = Parameter("weight", Tensor.Ones(width));
    }

    /// <summary>[Width]; the gain.</summary>
    public Tensor Weight { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.RmsNorm(Weight, _epsilon);
    }
}
