using System.Buffers.Binary;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>What a WAV file says of its samples, before they are read.</summary>
internal sealed record WavFormat(int SampleRate, int Channels, int SampleBytes, bool IsFloat, long Samples)
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    /// <summary>Reads the chunks up to the samples, and stops where they begin.</summary>
    public static WavFormat Find(string path, FileStream stream)
    {
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12 || !head.StartsWith("RIFF"u8) || !head[8..].SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException($"{path}: no WAV file");
        }

        WavFormat? format = null;
        while (stream.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) == 8)
        {
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            long left = stream.Length - stream.Position;
            string name = System.Text.Encoding.Latin1.GetString(head[..4]);
            // Programs that could not go back and fill in the length leave all ones there.
            long actual = name == "data" && size == uint.MaxValue ? left : size;
            if (actual > left)
            {
                throw new InvalidDataException(Invariant($"{path}: chunk {Quoted.Of(name)} claims {size} bytes, but only {left} follow; the file is cut short"));
            }

            if (name == "data")
            {
                return (format ?? throw new InvalidDataException($"{path}: samples before the chunk that describes them")).Of(path, actual);
            }

            long next = stream.Position + actual + (actual & 1);
            format = name == "fmt " ? Parse(path, stream, actual) : format;
            stream.Position = next;
        }

        throw new InvalidDataException($"{path}: no samples: there is no data chunk");
    }

    /// <summary>A sample as a float; whole numbers are divided by their largest magnitude.</summary>
    public float Decode(ReadOnlySpan<byte> bytes) => (SampleBytes, IsFloat) switch
    {
        (1, _) => (bytes[0] - 128) / 128f, // of all sizes this one alone has no sign
        (2, _) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (3, _) => ((bytes[0] << 8) | (bytes[1] << 16) | (bytes[2] << 24)) / 2147483648f,
        (4, false) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
        (4, true) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    private static WavFormat Parse(string path, FileStream stream, long size)
    {
        Span<byte> bytes = stackalloc byte[40];
        bytes.Clear();
        if (size < 16)
        {
            throw new InvalidDataException(Invariant($"{path}: a format chunk of {size} bytes; expected at least 16"));
        }

        stream.ReadExactly(bytes[..(int)Math.Min(size, bytes.Length)]);
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes), channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (tag == Extensible && size >= 40)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]); // the kind is the first part of a longer identifier
        }

        bool known = (tag == Pcm && bits is 8 or 16 or 24 or 32) || (tag == Float && bits is 32 or 64);
        if (!known || channels is < 1 or > 255 || rate is < 1 or > int.MaxValue || frameBytes != channels * bits / 8)
        {
            throw new InvalidDataException(Invariant($"{path}: kind {tag} of {bits} bits, {channels} channels, {frameBytes} bytes a frame, {rate} a second; only whole numbers of 8, 16, 24 and 32 bits and floats of 32 and 64 can be read"));
        }

        return new WavFormat((int)rate, channels, bits / 8, tag == Float, 0);
    }

    private WavFormat Of(string path, long bytes) => bytes % (SampleBytes * Channels) == 0 ? this with { Samples = bytes / SampleBytes }
        : throw new InvalidDataException(Invariant($"{path}: {bytes} bytes are no whole number of frames of {SampleBytes * Channels}"));
}
