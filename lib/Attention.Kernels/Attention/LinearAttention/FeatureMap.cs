namespace Attention.Kernels;

/// <summary>What linear attention makes of each number of a query and of a key before they meet.</summary>
public enum FeatureMap
{
    /// <summary>φ(x) = elu(x) + 1: x + 1 above zero and e^x below, so that every weight is positive (Katharopoulos et al. 2020, eq. 7).</summary>
    EluPlusOne,

    /// <summary>φ(x) = max(0, x). Weights can be zero, and so can their sum.</summary>
    Relu,

    /// <summary>φ(x) = x: for features that were computed before. Weights can be negative.</summary>
    Identity,
}
