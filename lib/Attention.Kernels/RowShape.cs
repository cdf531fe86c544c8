namespace Attention.Kernels;

/// <summary>The sizes of a row-major matrix whose rows are independent, such as the scores of many queries.</summary>
/// <param name="Rows">How many rows; zero is allowed.</param>
/// <param name="Columns">Floats in a row; zero is allowed.</param>
public readonly record struct RowShape(int Rows, int Columns)
{
    /// <summary>Refuses negative sizes.</summary>
    internal void Check()
    {
        Guard.NotNegative(nameof(Rows), Rows);
        Guard.NotNegative(nameof(Columns), Columns);
    }
}
