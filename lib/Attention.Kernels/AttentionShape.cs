namespace Attention.Kernels;

/// <summary>The sizes of one attention problem. Every buffer's shape follows from these seven numbers.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Heads">H: query heads.</param>
/// <param name="KeyHeads">G: key and value heads; one of them serves H/G query heads (Ainslie et al. 2023), so G divides H.</param>
/// <param name="Queries">N: query rows per head.</param>
/// <param name="Keys">M: key rows per head.</param>
/// <param name="Width">D: floats in a query and in a key.</param>
/// <param name="ValueWidth">Dv: floats in a value, and so in an output row.</param>
public readonly record struct AttentionShape(int Batch, int Heads, int KeyHeads, int Queries, int Keys, int Width, int ValueWidth);
