using System.Buffers.Binary;

namespace Attention.Models;

public static partial class Png
{
    private const int LongestBlock = 65535, LongestAdlerRun = 5552;

    /// <summary>Writes an image as a PNG of 8-bit red, green and blue.</summary>
    /// <remarks>The pixels are stored, not compressed, so that the same image gives the same bytes with every version of zlib.</remarks>
    public static void Write(string path, PixelImage image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(image);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, 2);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Signature);
            WriteChunk(stream, "IHDR"u8, header);
            WriteChunk(stream, "IDAT"u8, Stored(image));
            WriteChunk(stream, "IEND"u8, []);
        });
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> bytes)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, bytes.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(type, bytes));
        stream.Write(number);
    }

    /// <summary>The rows, each after its filter byte, as a zlib stream of stored blocks (RFC 1950 and 1951).</summary>
    private static byte[] Stored(PixelImage image)
    {
        int rowBytes = 3 * image.Width;
        byte[] rows = new byte[(1 + rowBytes) * image.Height];
        for (int row = 0; row < image.Height; row++)
        {
            image.Bytes.Span.Slice(row * rowBytes, rowBytes).CopyTo(rows.AsSpan((row * (1 + rowBytes)) + 1));
        }

        using var zlib = new MemoryStream();
        zlib.Write([0x78, 0x01]);
        Span<byte> head = stackalloc byte[5];
        for (int at = 0; at < rows.Length; at += LongestBlock)
        {
            int length = Math.Min(LongestBlock, rows.Length - at);
            head[0] = (byte)(at + length == rows.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~length);
            zlib.Write(head);
            zlib.Write(rows, at, length);
        }

        Span<byte> check = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(check, Adler(rows));
        zlib.Write(check);
        return zlib.ToArray();
    }

    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        uint low = 1, high = 0;
        for (; bytes.Length > 0; bytes = bytes[Math.Min(bytes.Length, LongestAdlerRun)..])
        {
            // So many sums fit in 32 bits before the remainder must be taken.
            foreach (byte value in bytes[..Math.Min(bytes.Length, LongestAdlerRun)])
            {
                low += value;
                high += low;
            }

            (low, high) = (low % 65521, high % 65521);
        }

        return (high << 16) | low;
    }
}
