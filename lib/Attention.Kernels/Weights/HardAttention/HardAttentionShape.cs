namespace Attention.Kernels;

/// <summary>The sizes of a hard attention, where each query takes the value of one key.</summary>
/// <param name="Batch">B</param>
/// <param name="Queries">N</param>
/// <param name="Keys">M</param>
/// <param name="ValueWidth">Dv</param>
public readonly record struct HardAttentionShape(int Batch, int Queries, int Keys, int ValueWidth)
{
    /// <summary>Refuses negative sizes.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Batch), Batch);
        Guard.NotNegative(nameof(Queries), Queries);
        Guard.NotNegative(nameof(Keys), Keys);
        Guard.NotNegative(nameof(ValueWidth), ValueWidth);
    }
}
