using System.Buffers.Binary;

namespace Attention.Models;

/// <summary>Floating-point numbers as little-endian bytes.</summary>
internal static class FloatBytes
{
    /// <summary>Reads numbers of a safetensors type as floats; F64 is rounded to the nearest float.</summary>
    public static void Decode(string elementType, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (elementType)
        {
            case "F32":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                }

                break;
            case "F16":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                }

                break;
            case "BF16":
                // A bfloat16 is the upper half of a float.
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                }

                break;
            case "F64":
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                }

                break;
            default:
                throw new ArgumentException($"{elementType} is no floating-point type", nameof(elementType));
        }
    }

    /// <summary>Writes floats, four bytes each.</summary>
    public static void Write(Stream stream, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            // In pieces: the bytes of a large tensor are more than a span can count.
            for (; values.Length > 0; values = values[Math.Min(values.Length, 1 << 20)..])
            {
                stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values[..Math.Min(values.Length, 1 << 20)]));
            }

            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }
}
