namespace Attention.Models;

/// <summary>What a safetensors file says of one tensor.</summary>
/// <param name="Name">The tensor's name in the file.</param>
/// <param name="ElementType">How its numbers are stored, in the format's words: F32, F16, BF16, F64, I64 ...</param>
/// <param name="Shape">The size of every axis; empty for a single number.</param>
/// <param name="Begin">Where its bytes begin, from the start of the data.</param>
/// <param name="End">Where they end; the byte there is no longer part of it.</param>
public sealed record SafetensorsEntry(string Name, string ElementType, IReadOnlyList<int> Shape, long Begin, long End)
{
    /// <summary>Whether the numbers are floating-point ones that can be read as floats: F32, F16, BF16 or F64.</summary>
    public bool IsReadable => ElementType is "F32" or "F16" or "BF16" or "F64";

    /// <summary>How many numbers there are.</summary>
    public long Count => Shapes.Count(Shape) ?? throw new InvalidOperationException($"{Quoted.Of(Name)}: {Shapes.Text(Shape)} holds more than 2^63 numbers");

    /// <summary>The bits of one number of a type; 0 for a type that this reader does not know.</summary>
    internal static int Bits(string elementType) => elementType switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "BOOL" or "I8" or "U8" or "F8_E4M3" or "F8_E5M2" or "F8_E8M0" => 8,
        _ => 0,
    };
}
