using System.Buffers.Binary;
using System.IO.Compression;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>PNG images through the framework's zlib: every colour type and bit depth, interlaced or not; alpha is dropped.</summary>
/// <remarks>W3C, Portable Network Graphics Specification (Third Edition), 2025.</remarks>
public static partial class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static PixelImage Read(string path, Stream stream)
    {
        Span<byte> signature = stackalloc byte[8];
        if (stream.ReadAtLeast(signature, 8, throwOnEndOfStream: false) < 8 || !signature.SequenceEqual(Signature))
        {
            throw new InvalidDataException($"{path}: no PNG signature");
        }

        PngHeader? header = null;
        byte[] palette = [];
        var data = new MemoryStream();
        while (true)
        {
            (string type, byte[] bytes) = Chunk(path, stream);
            if (header is null != (type == "IHDR"))
            {
                throw new InvalidDataException($"{path}: chunk {Quoted.Of(type)} {(header is null ? "before" : "is a second")} IHDR");
            }

            switch (type)
            {
                case "IHDR":
                    header = PngHeader.Parse(path, bytes);
                    break;
                case "PLTE":
                    palette = bytes.Length is > 0 and <= 768 && bytes.Length % 3 == 0 ? bytes : throw new InvalidDataException(Invariant($"{path}: a palette of {bytes.Length} bytes"));
                    break;
                case "IDAT":
                    data.Write(bytes);
                    break;
                case "IEND":
                    data.Position = 0;
                    return Decode(path, header!, palette, data);
                default:
                    // A capital first letter marks what nobody may skip.
                    _ = char.IsAsciiLetterLower(type[0]) ? true : throw new InvalidDataException($"{path}: unknown chunk {Quoted.Of(type)}");
                    break;
            }
        }
    }

    private static (string Type, byte[] Bytes) Chunk(string path, Stream stream)
    {
        Span<byte> head = stackalloc byte[8], check = stackalloc byte[4];
        if (stream.ReadAtLeast(head, 8, throwOnEndOfStream: false) < 8)
        {
            throw new InvalidDataException($"{path}: cut short: no IEND chunk");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
        string type = System.Text.Encoding.Latin1.GetString(head[4..]);
        if (length > stream.Length - stream.Position - 4)
        {
            throw new InvalidDataException(Invariant($"{path}: chunk {Quoted.Of(type)} claims {length} bytes, but only {Math.Max(0, stream.Length - stream.Position - 4)} follow; the file is cut short"));
        }

        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        stream.ReadExactly(check);
        return BinaryPrimitives.ReadUInt32BigEndian(check) == Crc(head[4..], bytes) ? (type, bytes) : throw new InvalidDataException($"{path}: chunk {Quoted.Of(type)} does not match its checksum");
    }

    private static PixelImage Decode(string path, PngHeader header, byte[] palette, Stream data)
    {
        // Deflate makes at most 1032 bytes of one, so a small file cannot ask for a large image.
        long rowBits = (long)header.Width * header.PixelBits;
        if (header.Height * (rowBits / 8) / 1032 > data.Length)
        {
            throw new InvalidDataException(Invariant($"{path}: {header.Width}×{header.Height} pixels cannot come from {data.Length} bytes"));
        }

        var image = new PixelImage(header.Width, header.Height);
        using var rows = new ZLibStream(data, CompressionMode.Decompress);
        try
        {
            // Adam7: seven coarse images, each finer than those before.
            ReadOnlySpan<(int Row, int Column, int RowStep, int ColumnStep)> passes = header.Interlaced
                ? [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
                : [(0, 0, 1, 1)];
            foreach ((int row, int column, int rowStep, int columnStep) in passes)
            {
                int columns = (header.Width - column + columnStep - 1) / columnStep;
                if (columns <= 0)
                {
                    continue;
                }

                int pixelBytes = Math.Max(1, header.PixelBits / 8), rowBytes = (int)((((long)columns * header.PixelBits) + 7) / 8);
                byte[] line = new byte[1 + rowBytes], before = new byte[1 + rowBytes];
                for (int y = row; y < header.Height; y += rowStep)
                {
                    rows.ReadExactly(line);
                    Unfilter(path, line[0], line.AsSpan(1), before.AsSpan(1), pixelBytes);
                    for (int i = 0; i < columns; i++)
                    {
                        image[y, column + (i * columnStep)] = header.Colour(path, line.AsSpan(1), i, palette);
                    }

                    (line, before) = (before, line);
                }
            }
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException($"{path}: fewer pixels than its header says", error);
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: its pixels cannot be decompressed", error);
        }

        return image;
    }

    private static void Unfilter(string path, byte filter, Span<byte> line, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (filter > 4)
        {
            throw new InvalidDataException(Invariant($"{path}: unknown row filter {filter}"));
        }

        for (int i = 0; i < line.Length; i++)
        {
            int left = i >= pixelBytes ? line[i - pixelBytes] : 0, up = above[i], corner = i >= pixelBytes ? above[i - pixelBytes] : 0;
            line[i] += (byte)(filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                4 => Paeth(left, up, corner),
                _ => 0,
            });
        }
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner, toLeft = Math.Abs(guess - left), toUp = Math.Abs(guess - up), toCorner = Math.Abs(guess - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    private static uint Crc(ReadOnlySpan<byte> type, ReadOnlySpan<byte> bytes) => ~Crc(Crc(uint.MaxValue, type), bytes);

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = s_crc[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static readonly uint[] s_crc = [.. Enumerable.Range(0, 256).Select(value =>
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return crc;
    })];
}
