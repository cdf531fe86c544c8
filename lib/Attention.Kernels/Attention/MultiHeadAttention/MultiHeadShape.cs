using System.Globalization;
using System.Text;

namespace Attention.Kernels;

/// <summary>The sizes of a multi-head attention layer and of one call of it.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Queries">N: rows of the input, each of which asks.</param>
/// <param name="Keys">M: rows of the memory, which are asked; in self-attention the same as N.</param>
/// <param name="InputWidth">E: floats in a row of the input.</param>
/// <param name="Heads">H: query heads.</param>
/// <param name="HeadWidth">D: floats in a query and in a key of one head; E/H in most models.</param>
public readonly record struct MultiHeadShape(int Batch, int Queries, int Keys, int InputWidth, int Heads, int HeadWidth)
{
    /// <summary>G: key and value heads; one of them serves H/G query heads (Ainslie et al. 2023). Null: H.</summary>
    public int? KeyHeads { get; init; }

    /// <summary>Dv: floats in a value of one head. Null: D.</summary>
    public int? ValueWidth { get; init; }

    /// <summary>Ek: floats in a row of the memory. Null: E.</summary>
    public int? MemoryWidth { get; init; }

    /// <summary>Eo: floats in a row of the output. Null: E.</summary>
    public int? OutputWidth { get; init; }

    /// <summary>Floats that the training forward pass keeps for the backward pass: queries [B, N, H, D], keys [B, M, G, D], values [B, M, G, Dv], contexts [B, N, H, Dv] and logSumExp [B, H, N].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int SavedCount
    {
        get
        {
            AttentionShape shape = Attention;
            long count = (long)shape.QueryCount + shape.KeyCount + shape.ValueCount + shape.OutputCount + shape.RowCount;
            return count <= Array.MaxLength
                ? (int)count
                : throw new ArgumentException($"saved: {count} floats, more than the {Array.MaxLength} that one buffer can hold");
        }
    }

    /// <summary>What happens between the projections.</summary>
    internal AttentionShape Attention => new(Batch, Heads, KeyHeads ?? Heads, Queries, Keys, HeadWidth, ValueWidth ?? HeadWidth);

    internal int ActualMemoryWidth => MemoryWidth ?? InputWidth;

    internal int ActualOutputWidth => OutputWidth ?? InputWidth;

    /// <summary>q = x Wqᵀ, for all heads at once.</summary>
    internal MatmulShape QueryProjection => Projection(Queries, Heads, HeadWidth, InputWidth);

    /// <summary>k = memory Wkᵀ.</summary>
    internal MatmulShape KeyProjection => Projection(Keys, Attention.KeyHeads, HeadWidth, ActualMemoryWidth);

    /// <summary>v = memory Wvᵀ.</summary>
    internal MatmulShape ValueProjection => Projection(Keys, Attention.KeyHeads, Attention.ValueWidth, ActualMemoryWidth);

    /// <summary>output = context Woᵀ.</summary>
    internal MatmulShape OutputProjection => new(Batch * Queries, ActualOutputWidth, Heads * Attention.ValueWidth) { TransposeRight = true };

    /// <summary>One layer in which a sequence attends to itself, and whose heads share its width: the layer of the Transformer.</summary>
    /// <param name="batch">B: independent sequences.</param>
    /// <param name="length">N: rows of each.</param>
    /// <param name="width">E: floats in a row.</param>
    /// <param name="heads">H: heads; each E/H wide.</param>
    /// <exception cref="ArgumentException">The heads do not share the width evenly.</exception>
    public static MultiHeadShape Self(int batch, int length, int width, int heads)
    {
        Guard.Positive(nameof(heads), heads);
        return width % heads == 0
            ? new(batch, length, length, width, heads, width / heads)
            : throw new ArgumentException($"heads: expected a divisor of the width {width}, got {heads}");
    }

    /// <summary>Refuses sizes that describe no layer.</summary>
    internal void Check()
    {
        Attention.Check();
        Guard.Positive(nameof(InputWidth), InputWidth);
        Guard.Positive(nameof(MemoryWidth), ActualMemoryWidth);
        Guard.Positive(nameof(OutputWidth), ActualOutputWidth);
        Guard.Count("input", Batch, Queries, InputWidth);
        Guard.Count("memory", Batch, Keys, ActualMemoryWidth);
        Guard.Count("queryWeight", Heads, HeadWidth, InputWidth);
        Guard.Count("keyWeight", Attention.KeyHeads, HeadWidth, ActualMemoryWidth);
        Guard.Count("valueWeight", Attention.KeyHeads, Attention.ValueWidth, ActualMemoryWidth);
        Guard.Count("outputWeight", ActualOutputWidth, Heads, Attention.ValueWidth);
    }

    /// <summary>The sizes alone, with what stands for those left out: the count follows from them, and may be more than can be counted.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Batch = {Batch}, Queries = {Queries}, Keys = {Keys}, InputWidth = {InputWidth}, Heads = {Heads}, HeadWidth = {HeadWidth}, ");
        text.Append(CultureInfo.InvariantCulture, $"KeyHeads = {Attention.KeyHeads}, ValueWidth = {Attention.ValueWidth}, MemoryWidth = {ActualMemoryWidth}, OutputWidth = {ActualOutputWidth}");
        return true;
    }

    private MatmulShape Projection(int rows, int heads, int headWidth, int depth) => new(Batch * rows, heads * headWidth, depth) { TransposeRight = true };
}
