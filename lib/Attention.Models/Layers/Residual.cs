namespace Attention.Models;

/// <summary>A part of a layer added to what went into it (He et al. 2016), and normalised before or after.</summary>
internal sealed class Residual(Normalization norm, DropoutLayer dropout, bool isPreNorm)
{
    internal Tensor Around(Tensor x, Func<Tensor, Tensor> part)
    {
        ArgumentNullException.ThrowIfNull(x);
        return isPreNorm ? x + dropout.Forward(part(norm.Forward(x))) : norm.Forward(x + dropout.Forward(part(x)));
    }
}
