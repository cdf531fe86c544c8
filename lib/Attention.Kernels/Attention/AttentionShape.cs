using System.Globalization;
using System.Text;

namespace Attention.Kernels;

/// <summary>The sizes of one attention problem. Every buffer's shape follows from these seven numbers.</summary>
/// <param name="Batch">B: independent sequences.</param>
/// <param name="Heads">H: query heads.</param>
/// <param name="KeyHeads">G: key and value heads; one of them serves H/G query heads (Ainslie et al. 2023), so G divides H.</param>
/// <param name="Queries">N: query rows per head.</param>
/// <param name="Keys">M: key rows per head.</param>
/// <param name="Width">D: floats in a query and in a key.</param>
/// <param name="ValueWidth">Dv: floats in a value, and so in an output row.</param>
/// <remarks>
/// B, N and M may be zero: an empty batch has an empty output, and a query without any key gets zeros.
/// H, G, D and Dv are at least one.
/// </remarks>
public readonly record struct AttentionShape(int Batch, int Heads, int KeyHeads, int Queries, int Keys, int Width, int ValueWidth)
{
    /// <summary>One sequence, one head: the attention of the textbook.</summary>
    /// <param name="queries">N: query rows.</param>
    /// <param name="keys">M: key and value rows.</param>
    /// <param name="width">D: floats in a query and in a key.</param>
    /// <param name="valueWidth">Dv: floats in a value.</param>
    public static AttentionShape Single(int queries, int keys, int width, int valueWidth) => new(1, 1, 1, queries, keys, width, valueWidth);

    /// <summary>Floats in the queries, [B, H, N, D].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int QueryCount => Guard.Count("query", Batch, Heads, Queries, Width);

    /// <summary>Floats in the keys, [B, G, M, D].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int KeyCount => Guard.Count("key", Batch, KeyHeads, Keys, Width);

    /// <summary>Floats in the values, [B, G, M, Dv].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int ValueCount => Guard.Count("value", Batch, KeyHeads, Keys, ValueWidth);

    /// <summary>Floats in the output, [B, H, N, Dv].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int OutputCount => Guard.Count("output", Batch, Heads, Queries, ValueWidth);

    /// <summary>Floats in the weights, [B, H, N, M], which only the naive form writes down.</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int WeightCount => Guard.Count("weights", Batch, Heads, Queries, Keys);

    /// <summary>Rows of the output, and floats in logSumExp, [B, H, N].</summary>
    /// <exception cref="ArgumentException">More than one buffer can hold.</exception>
    public int RowCount => Guard.Count("logSumExp", Batch, Heads, Queries);

    /// <summary>The seven sizes alone: the counts follow from them, and may be more than can be counted.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Batch = {Batch}, Heads = {Heads}, KeyHeads = {KeyHeads}, Queries = {Queries}, Keys = {Keys}, Width = {Width}, ValueWidth = {ValueWidth}");
        return true;
    }

    /// <summary>Refuses sizes that describe no attention.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.Positive(nameof(Heads), Heads);
        Guard.Positive(nameof(KeyHeads), KeyHeads);
        Guard.NotNegative(nameof(Queries), Queries);
        Guard.NotNegative(nameof(Keys), Keys);
        Guard.Positive(nameof(Width), Width);
        Guard.Positive(nameof(ValueWidth), ValueWidth);
        if (Heads % KeyHeads != 0)
        {
            throw new ArgumentException($"KeyHeads: expected a divisor of Heads = {Heads}, got {KeyHeads}");
        }
    }
}
