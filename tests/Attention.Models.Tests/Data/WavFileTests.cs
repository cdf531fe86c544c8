using System.Buffers.Binary;

namespace Attention.Models.Tests.Data;

public sealed class WavFileTests : IDisposable
{
    private static readonly byte[] s_odd = [.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 8, new byte[] { 0, 128, 192 }, new[] { -1f, 0, 0.5f })]
    [InlineData(1, 16, new byte[] { 0, 0x80, 0, 0x40, 1, 0 }, new[] { -1f, 0.5f, 1 / 32768f })]
    [InlineData(1, 24, new byte[] { 0, 0, 0x80, 0, 0, 0x40, 1, 0, 0 }, new[] { -1f, 0.5f, 1 / 8388608f })]
    [InlineData(1, 32, new byte[] { 0, 0, 0, 0x80, 0, 0, 0, 0x40 }, new[] { -1f, 0.5f })]
    [InlineData(3, 32, new byte[] { 0, 0, 0xC0, 0x3F }, new[] { 1.5f })]
    [InlineData(3, 64, new byte[] { 0, 0, 0, 0, 0, 0, 0xE0, 0xBF }, new[] { -0.5f })]
    public void Read_EveryKind_GivesSamplesFromMinusOneToOne(int kind, int bits, byte[] data, float[] samples)
    {
        Sound plain = WavFile.Read(Wav(kind, bits, 1, data)), among = WavFile.Read(Wav(kind, bits, 1, data, before: s_odd)), extended = WavFile.Read(Wav(kind, bits, 1, data, extensible: true));

        Assert.Equal((8000, 1), (plain.SampleRate, plain.Channels));
        Assert.Equal(samples, plain.Samples);
        Assert.Equal(samples, among.Samples);
        Assert.Equal(samples, extended.Samples);
    }

    [Fact]
    public void Read_Stereo_KeepsFramesTogether()
    {
        Sound sound = WavFile.Read(Wav(1, 16, 2, [0, 0x40, 0, 0xC0, 0, 0x20, 0, 0x40]));

        Assert.Equal((2, 2, 2 / 8000.0), (sound.Channels, sound.Frames, sound.Seconds));
        Assert.Equal([0.5f, -0.5f, 0.25f, 0.5f], sound.Samples);
        Assert.Equal([0f, 0.375f], sound.ToMono().Samples);
    }

    [Fact]
    public void WriteThenReadInBlocks_LongSound_GivesItBack()
    {
        const int seed = 5;
        var random = new Random(seed);
        float[] samples = [.. Enumerable.Range(0, 2 * 10_007).Select(_ => random.Next(-32768, 32768) / 32768f)];
        WavFile.Write(_folder["a.wav"], new Sound(16000, 2, samples));

        Assert.Equal(samples, WavFile.Read(_folder["a.wav"]).Samples);
        Sound[] blocks = [.. WavFile.Blocks(_folder["a.wav"], 4096)];
        Assert.Equal([4096, 4096, 1815], blocks.Select(block => block.Frames));
        Assert.Equal(samples, blocks.SelectMany(block => block.Samples));
    }

    [Fact]
    public void Write_BeyondOne_IsClipped()
    {
        WavFile.Write(_folder["a.wav"], new Sound(8000, 1, [1.5f, -7, 1]));

        Assert.Equal([32767 / 32768f, -1, 32767 / 32768f], WavFile.Read(_folder["a.wav"]).Samples);
        Assert.Throws<ArgumentException>(() => WavFile.Write(_folder["b.wav"], new Sound(8000, 2, [1, 2, 3])));
    }

    /// <summary>A program that writes to a pipe cannot go back and fill in the length.</summary>
    [Fact]
    public void Read_LengthOfAllOnes_ReadsToTheEnd()
    {
        byte[] bytes = File.ReadAllBytes(Wav(1, 16, 1, [0, 0x40, 0, 0xC0]));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), uint.MaxValue);

        Assert.Equal([0.5f, -0.5f], WavFile.Read(_folder.Write("a.wav", bytes)).Samples);
    }

    [Fact]
    public void Read_BrokenFiles_SaysWhat()
    {
        byte[] good = File.ReadAllBytes(Wav(1, 16, 2, new byte[8]));
        Assert.All(Enumerable.Range(0, good.Length), length => Assert.Throws<InvalidDataException>(() => WavFile.Read(_folder.Write("cut.wav", good[..length]))));
        Assert.Contains("claims 4294967294 bytes, but only 8 follow", Refusal(bytes => BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], uint.MaxValue - 1)), StringComparison.Ordinal);
        Assert.Contains("kind 2 of 16 bits", Refusal(bytes => bytes[20] = 2), StringComparison.Ordinal);
        Assert.Contains("of 12 bits", Refusal(bytes => bytes[34] = 12), StringComparison.Ordinal);
        Assert.Contains("0 channels", Refusal(bytes => bytes[22] = 0), StringComparison.Ordinal);
        Assert.Contains("0 a second", Refusal(bytes => bytes[24..28].Clear()), StringComparison.Ordinal);
        Assert.Contains("5 bytes a frame", Refusal(bytes => bytes[32] = 5), StringComparison.Ordinal);
        Assert.Contains("samples before the chunk", Refusal(bytes => bytes[12] = (byte)'x'), StringComparison.Ordinal);
        Assert.Contains("7 bytes are no whole number of frames of 4", Refusal(bytes => bytes[40] = 7), StringComparison.Ordinal);

        string Refusal(Change change)
        {
            byte[] bytes = [.. good];
            change(bytes);
            string path = _folder.Write("broken.wav", bytes);
            return Assert.Throws<InvalidDataException>(() => WavFile.Read(path)).Message;
        }
    }

    private delegate void Change(Span<byte> bytes);

    private string Wav(int kind, int bits, int channels, byte[] data, byte[]? before = null, bool extensible = false)
    {
        byte[] format = new byte[extensible ? 40 : 16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)(extensible ? 0xFFFE : kind));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(format.AsSpan(4), 8000);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        if (extensible)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(24), (ushort)kind);
        }

        return _folder.Write("a.wav", [.. "RIFF"u8, 0, 0, 0, 0, .. "WAVE"u8, .. "fmt "u8, (byte)format.Length, 0, 0, 0, .. format, .. before ?? [], .. "data"u8, (byte)data.Length, 0, 0, 0, .. data]);
    }
}
