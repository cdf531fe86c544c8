namespace Notebooks.Tests;

/// <summary>Kernels that came before their chapter. Each names the notebook that will hold it against a cell; the day that notebook exists, its entries must go.</summary>
internal static class AwaitedChapters
{
    /// <summary>A static class of kernels, one method of such a class, or a mask; and the notebook that is to come.</summary>
    public static readonly Dictionary<string, string> Of = new()
    {
        ["Adam"] = "05-2-the-transformer",
        ["AdditiveScore"] = "03-3-variants",
        ["AlibiSlopes"] = "05-2-the-transformer",
        ["ConcatScore"] = "03-3-variants",
        ["CosineScore"] = "03-3-variants",
        ["CrossEntropy"] = "05-2-the-transformer",
        ["Decode"] = "08-summary-and-outlook",
        ["DotScore"] = "03-3-variants",
        ["Dropout"] = "05-2-the-transformer",
        ["Embedding"] = "05-2-the-transformer",
        ["Entmax15"] = "03-3-variants",
        ["Gelu"] = "05-2-the-transformer",
        ["GeneralScore"] = "03-3-variants",
        ["GradientClip"] = "05-2-the-transformer",
        ["GumbelSoftmax"] = "03-3-variants",
        ["HardAttention"] = "03-3-variants",
        ["LatentAttention"] = "08-summary-and-outlook",
        ["LayerNorm"] = "05-2-the-transformer",
        ["LearnedPositions"] = "05-2-the-transformer",
        ["LinearAttention"] = "08-summary-and-outlook",
        ["LocalAttention"] = "03-3-variants",
        ["LocationScore"] = "03-3-variants",
        ["LogSoftmax"] = "05-2-the-transformer",
        ["Mask.Alibi"] = "05-2-the-transformer",
        ["Mask.BiasPerHead"] = "05-2-the-transformer",
        ["Mask.Blocks"] = "08-summary-and-outlook",
        ["Mask.KeyStarts"] = "05-2-the-transformer",
        ["Mask.RelativeBias"] = "05-2-the-transformer",
        ["Mask.RelativeBucket"] = "05-2-the-transformer",
        ["Mask.Window"] = "08-summary-and-outlook",
        ["MaskedSoftmax"] = "03-3-variants",
        ["Matmul"] = "05-2-the-transformer",
        ["MultiHeadAttention"] = "05-2-the-transformer",
        ["PositionPredictor"] = "03-3-variants",
        ["RelativeAttention"] = "08-summary-and-outlook",
        ["Relu"] = "05-2-the-transformer",
        ["RmsNorm"] = "05-2-the-transformer",
        ["RotaryPositions"] = "05-2-the-transformer",
        ["ScaledDotProduct.AttendBackward"] = "08-summary-and-outlook",
        ["ScaledDotProduct.Backward"] = "08-summary-and-outlook",
        ["ScaledDotProduct.BackwardNaive"] = "08-summary-and-outlook",
        ["ScaledDotProduct.BackwardWithBias"] = "08-summary-and-outlook",
        ["ScaledDotProduct.BackwardWithBiasNaive"] = "08-summary-and-outlook",
        ["ScaledDotScore"] = "03-3-variants",
        ["Silu"] = "05-2-the-transformer",
        ["SinusoidalPositions"] = "05-2-the-transformer",
        ["SoftCap"] = "08-summary-and-outlook",
        ["Softmax.BackwardAlongAxis"] = "03-3-variants",
        ["Softmax.BackwardAlongAxisNaive"] = "03-3-variants",
        ["Softmax.ForwardAlongAxis"] = "03-3-variants",
        ["Softmax.ForwardAlongAxisNaive"] = "03-3-variants",
        ["Sparsemax"] = "03-3-variants",
    };

    /// <summary>The entry that a kernel such as <c>LayerNorm.Forward</c> waits under, or null.</summary>
    public static string? EntryOf(string kernel) => Of.Keys.SingleOrDefault(entry => kernel == entry || kernel.StartsWith(entry + ".", StringComparison.Ordinal));
}
