namespace Attention.Kernels;

public static partial class MultiHeadAttention
{
    /// <summary>A layer without biases for one sequence that attends to itself or to another, as a new matrix.</summary>
    /// <param name="input">[N, E]; the rows that ask.</param>
    /// <param name="memory">[M, Ek]; the rows that are asked; the input itself for self-attention.</param>
    /// <param name="heads">H: heads; each as wide as its share of the projected queries.</param>
    /// <param name="queryWeight">[H·D, E]</param>
    /// <param name="keyWeight">[H·D, Ek]</param>
    /// <param name="valueWeight">[H·Dv, Ek]</param>
    /// <param name="outputWeight">[Eo, H·Dv]</param>
    /// <param name="mask">Which keys a query sees; nothing is hidden when omitted.</param>
    /// <returns>[N, Eo]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other or the mask.</exception>
    public static float[,] Attend(
        float[,] input, float[,] memory, int heads, float[,] queryWeight, float[,] keyWeight, float[,] valueWeight, float[,] outputWeight, Mask mask = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(queryWeight);
        ArgumentNullException.ThrowIfNull(keyWeight);
        ArgumentNullException.ThrowIfNull(valueWeight);
        ArgumentNullException.ThrowIfNull(outputWeight);
        Guard.Positive(nameof(heads), heads);
        CheckHeads(nameof(queryWeight), queryWeight.Rows(), heads);
        CheckHeads(nameof(valueWeight), valueWeight.Rows(), heads);
        var shape = new MultiHeadShape(1, input.Rows(), memory.Rows(), input.Columns(), heads, queryWeight.Rows() / heads)
        {
            ValueWidth = valueWeight.Rows() / heads,
            MemoryWidth = memory.Columns(),
            OutputWidth = outputWeight.Rows(),
        };
        var parameters = new MultiHeadParameters
        {
            QueryWeight = queryWeight.AsSpan(),
            KeyWeight = keyWeight.AsSpan(),
            ValueWeight = valueWeight.AsSpan(),
            OutputWeight = outputWeight.AsSpan(),
        };
        var output = new float[shape.Queries, shape.ActualOutputWidth];
        Forward(shape, input.AsSpan(), memory.AsSpan(), parameters, output.AsSpan(), mask: mask);
        return output;
    }

    private static void CheckHeads(string name, int rows, int heads)
    {
        if (rows % heads != 0)
        {
            throw new ArgumentException($"{name}: expected rows that {heads} heads can share, got {rows}");
        }
    }
}
