using static System.FormattableString;

namespace Attention.Models;

/// <summary>The plainest image formats: PGM (grey) and PPM (colour), as text (P2, P3) or bytes (P5, P6).</summary>
public static class Netpbm
{
    /// <summary>Writes an image as a PPM of bytes (P6).</summary>
    public static void Write(string path, PixelImage image)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(image);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Invariant($"P6\n{image.Width} {image.Height}\n255\n")));
            stream.Write(image.Bytes.Span);
        });
    }

    internal static PixelImage Read(string path, Stream stream)
    {
        _ = stream.ReadByte();
        int kind = stream.ReadByte() - '0';
        bool text = kind <= 3;
        int channels = kind is 3 or 6 ? 3 : 1;
        int width = Number(path, stream), height = Number(path, stream), brightest = Number(path, stream);
        PixelImage.CheckSize(path, width, height);
        if (brightest is < 1 or > 65535)
        {
            throw new InvalidDataException(Invariant($"{path}: expected a brightest value from 1 to 65535, got {brightest}"));
        }

        int sampleBytes = brightest > 255 ? 2 : 1;
        long expected = (long)width * height * channels * sampleBytes;
        if (!text && stream.Length - stream.Position < expected)
        {
            throw new InvalidDataException(Invariant($"{path}: expected {height}×{width}×{channels}×{sampleBytes} = {expected} bytes of pixels, got {stream.Length - stream.Position}"));
        }

        if (text && stream.Length - stream.Position < (long)width * height * channels)
        {
            throw new InvalidDataException(Invariant($"{path}: cut short: too few numbers for {width}×{height} pixels"));
        }

        var image = new PixelImage(width, height);
        Span<byte> bytes = image.Bytes.Span;
        for (int at = 0; at < bytes.Length; at += 3)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int sample = text ? Number(path, stream) : sampleBytes == 1 ? stream.ReadByte() : (stream.ReadByte() << 8) | stream.ReadByte();
                if (sample > brightest)
                {
                    throw new InvalidDataException(Invariant($"{path}: a value of {sample} where the brightest is {brightest}"));
                }

                bytes[at + channel] = (byte)(((sample * 255) + (brightest / 2)) / brightest);
            }

            if (channels == 1)
            {
                bytes[at + 1] = bytes[at + 2] = bytes[at];
            }
        }

        return image;
    }

    /// <summary>The next number: white space and comments before it are skipped, and one byte of white space after it.</summary>
    private static int Number(string path, Stream stream)
    {
        int letter = stream.ReadByte();
        while (letter is ' ' or '\t' or '\r' or '\n' or '#')
        {
            while (letter == '#' && stream.ReadByte() is not ('\n' or '\r' or -1))
            {
            }

            letter = stream.ReadByte();
        }

        int number = 0, digits = 0;
        for (; letter is >= '0' and <= '9' && digits < 9; digits++)
        {
            number = (10 * number) + letter - '0';
            letter = stream.ReadByte();
        }

        return digits > 0 && letter is ' ' or '\t' or '\r' or '\n' or -1 ? number : throw new InvalidDataException(Invariant($"{path}: no number up to 999999999 before byte {stream.Position}"));
    }
}
