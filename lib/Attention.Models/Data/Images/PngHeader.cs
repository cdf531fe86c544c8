using System.Buffers.Binary;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>What a PNG's first chunk says of its pixels.</summary>
internal sealed record PngHeader(int Width, int Height, int Depth, int ColourType, bool Interlaced)
{
    /// <summary>Bits a pixel takes.</summary>
    public int PixelBits => Depth * Samples;

    private int Samples => ColourType switch
    {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };

    public static PngHeader Parse(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 13)
        {
            throw new InvalidDataException(Invariant($"{path}: an IHDR chunk of {bytes.Length} bytes; expected 13"));
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(bytes), height = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        PixelImage.CheckSize(path, width, height);
        (byte depth, byte colour) = (bytes[8], bytes[9]);
        bool known = colour switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        return known && bytes[10] == 0 && bytes[11] == 0 && bytes[12] <= 1 ? new PngHeader((int)width, (int)height, depth, colour, bytes[12] == 1)
            : throw new InvalidDataException(Invariant($"{path}: colour type {colour} of depth {depth}, compression {bytes[10]}, filter {bytes[11]}, interlace {bytes[12]} is no PNG"));
    }

    /// <summary>A pixel of a row, as red, green and blue of 8 bits.</summary>
    public (byte Red, byte Green, byte Blue) Colour(string path, ReadOnlySpan<byte> row, int pixel, byte[] palette)
    {
        if (ColourType == 3)
        {
            int entry = 3 * Sample(row, pixel);
            return entry < palette.Length ? (palette[entry], palette[entry + 1], palette[entry + 2])
                : throw new InvalidDataException(Invariant($"{path}: colour {entry / 3} of a palette of {palette.Length / 3}"));
        }

        if (ColourType is 2 or 6)
        {
            return (Byte(row, pixel * Samples), Byte(row, (pixel * Samples) + 1), Byte(row, (pixel * Samples) + 2));
        }

        byte grey = Byte(row, pixel * Samples);
        return (grey, grey, grey);
    }

    // Of 16 bits the upper 8 count; fewer than 8 are stretched, so that the brightest is 255.
    private byte Byte(ReadOnlySpan<byte> row, int sample) => (byte)(Depth >= 8 ? Sample(row, sample) : Sample(row, sample) * 255 / ((1 << Depth) - 1));

    private int Sample(ReadOnlySpan<byte> row, int index) => Depth switch
    {
        16 => row[2 * index],
        8 => row[index],
        _ => (row[index * Depth / 8] >> (8 - Depth - (index * Depth % 8))) & ((1 << Depth) - 1),
    };
}
