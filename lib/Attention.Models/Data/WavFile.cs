using System.Buffers.Binary;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Recordings in the WAV format: whole numbers of 8, 16, 24 or 32 bits, or floats of 32 or 64.</summary>
/// <remarks>Microsoft and IBM 1991, Multimedia Programming Interface and Data Specifications 1.0; chunks that are not needed are passed over, odd ones with their padding.</remarks>
public static class WavFile
{
    /// <summary>Reads a recording whole.</summary>
    /// <exception cref="InvalidDataException">The file is no WAV file, is cut short, or of a kind that is not known.</exception>
    public static Sound Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        WavFormat format = WavFormat.Find(path, stream);
        if (format.Samples > Array.MaxLength)
        {
            throw new InvalidDataException(Invariant($"{path}: {format.Samples} samples are more than an array holds; read it in blocks"));
        }

        float[] samples = new float[format.Samples];
        Fill(stream, format, samples);
        return new Sound(format.SampleRate, format.Channels, samples);
    }

    /// <summary>Reads a recording in blocks, as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">Moments a block; the last may have fewer.</param>
    /// <exception cref="InvalidDataException">The file is no WAV file, is cut short, or of a kind that is not known.</exception>
    public static IEnumerable<Sound> Blocks(string path, int frames)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        return ReadBlocks(path, frames);
    }

    /// <summary>Writes a recording as whole numbers of 16 bits.</summary>
    /// <exception cref="ArgumentException">The samples do not divide among the channels, or the file would be longer than the format can say.</exception>
    public static void Write(string path, Sound sound)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(sound);
        sound.Check();
        if (sound.Samples.LongLength * 2 > int.MaxValue - 64)
        {
            throw new ArgumentException(Invariant($"sound: {sound.Samples.LongLength} samples are more than the format can count"), nameof(sound));
        }

        byte[] bytes = new byte[44 + (2 * sound.Samples.Length)];
        "RIFF"u8.CopyTo(bytes);
        "WAVEfmt "u8.CopyTo(bytes.AsSpan(8));
        "data"u8.CopyTo(bytes.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(22), (short)sound.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), sound.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), 2 * sound.Channels * sound.SampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(32), (short)(2 * sound.Channels));
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(34), 16);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), 2 * sound.Samples.Length);
        for (int i = 0; i < sound.Samples.Length; i++)
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(44 + (2 * i)), (short)Math.Clamp(MathF.Round(sound.Samples[i] * 32768), short.MinValue, short.MaxValue));
        }

        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    private static IEnumerable<Sound> ReadBlocks(string path, int frames)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        WavFormat format = WavFormat.Find(path, stream);
        for (long left = format.Samples / format.Channels; left > 0; left -= frames)
        {
            float[] samples = new float[checked((int)Math.Min(left, frames) * format.Channels)];
            Fill(stream, format, samples);
            yield return new Sound(format.SampleRate, format.Channels, samples);
        }
    }

    private static void Fill(FileStream stream, WavFormat format, Span<float> samples)
    {
        Span<byte> block = stackalloc byte[6144];
        for (int perBlock = block.Length / format.SampleBytes; samples.Length > 0; samples = samples[Math.Min(perBlock, samples.Length)..])
        {
            Span<float> part = samples[..Math.Min(perBlock, samples.Length)];
            stream.ReadExactly(block[..(part.Length * format.SampleBytes)]);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = format.Decode(block[(i * format.SampleBytes)..]);
            }
        }
    }
}
