using System.Buffers.Binary;

namespace Attention.Models.Tests.Data.Images;

public sealed class PngTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string> Golden => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data/Images/Golden/png.txt"))
        .Select(line => line.Split(' ')).Select(fields => new TheoryDataRow<string, string, string>($"colour {fields[0]}, depth {fields[1]}, interlaced {fields[2]}", fields[3], fields[4]))];

    [Theory]
    [MemberData(nameof(Golden))]
    public void Read_EveryKind_GivesTheirPixels(string kind, string png, string pixels)
    {
        PixelImage image = ImageFile.Read(_folder.Write("a.png", Convert.FromBase64String(png)));

        Assert.Equal((9, 7), (image.Width, image.Height));
        Assert.True(Convert.ToHexStringLower(image.Bytes.Span) == pixels, kind);
    }

    /// <summary>Longer than one stored block, so that the writer's blocks and checksum are met too.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(211, 157)]
    public void WriteThenRead_AnyImage_GivesItBack(int width, int height)
    {
        const int seed = 2;
        var image = new PixelImage(width, height);
        new Random(seed).NextBytes(image.Bytes.Span);
        Png.Write(_folder["a.png"], image);
        Netpbm.Write(_folder["a.ppm"], image);

        Assert.True(ImageFile.Read(_folder["a.png"]).Bytes.Span.SequenceEqual(image.Bytes.Span), $"png, seed {seed}");
        Assert.True(ImageFile.Read(_folder["a.ppm"]).Bytes.Span.SequenceEqual(image.Bytes.Span), $"ppm, seed {seed}");
    }

    [Fact]
    public void Read_EveryPrefix_IsRefused()
    {
        var image = new PixelImage(6, 5);
        new Random(3).NextBytes(image.Bytes.Span);
        Png.Write(_folder["a.png"], image);
        Netpbm.Write(_folder["a.ppm"], image);
        foreach (string name in (string[])["a.png", "a.ppm"])
        {
            byte[] bytes = File.ReadAllBytes(_folder[name]);
            for (int length = 0; length < bytes.Length; length++)
            {
                string path = _folder.Write("cut", bytes[..length]);
                Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Read_AnyByteOfThePixelsChanged_IsNoticed()
    {
        Png.Write(_folder["a.png"], new PixelImage(6, 5));
        byte[] bytes = File.ReadAllBytes(_folder["a.png"]);
        for (int at = 8; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 0x10;
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(_folder.Write("changed.png", changed)));
        }
    }

    /// <summary>A few bytes that claim a huge image: refused before memory is taken for it.</summary>
    [Theory]
    [InlineData(60_000, 60_000, "an image of 60000×60000 pixels")]
    [InlineData(int.MaxValue, 1, "an image of 2147483647×1 pixels")]
    [InlineData(-1, 1, "an image of 4294967295×1 pixels")]
    [InlineData(0, 4, "an image of 0×4 pixels")]
    [InlineData(11_000, 11_000, "11000×11000 pixels cannot come from")]
    public void Read_HostileSize_IsRefusedWithoutAllocatingIt(int width, int height, string expected)
    {
        Png.Write(_folder["a.png"], new PixelImage(1, 1));
        byte[] bytes = File.ReadAllBytes(_folder["a.png"]);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), Checksum(bytes.AsSpan(12, 17)));
        string path = _folder.Write("hostile.png", bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Assert.Throws<InvalidDataException>(() => ImageFile.Read(path));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.True(allocated < 1 << 18, $"{allocated} bytes");
    }

    [Theory]
    [InlineData("P3\n# a comment\n2 1 # more\n255\n255 0 7\n0 0 0\n", "ff0007000000")]
    [InlineData("P2 2 2 3\n0 1\n2 3", "000000555555aaaaaaffffff")]
    [InlineData("P5 2 1 255\nA~", "4141417e7e7e")]
    [InlineData("P5 1 1 65535\n\u007f\u0000", "7f7f7f")]
    public void Read_Netpbm_EveryKind(string text, string pixels) => Assert.Equal(pixels, Convert.ToHexStringLower(ImageFile.Read(_folder.Write("a.pnm", text)).Bytes.Span));

    [Theory]
    [InlineData("P6 2 1 255\nabc", "expected 1×2×3×1 = 6 bytes of pixels, got 3")]
    [InlineData("P6 99999 99999 255\nabc", "an image of 99999×99999 pixels")]
    [InlineData("P6 9999 9999 255\nabc", "expected 9999×9999×3×1 = 299940003 bytes of pixels, got 3")]
    [InlineData("P3 9999 9999 255\n1 2 3", "too few numbers for 9999×9999 pixels")]
    [InlineData("P6 2 x 255\n", "no number up to 999999999")]
    [InlineData("P6 2 99999999999 255\n", "no number up to 999999999")]
    [InlineData("P6 1 1 70000\n123", "expected a brightest value from 1 to 65535, got 70000")]
    [InlineData("P3 1 1 3\n1 2 4", "a value of 4 where the brightest is 3")]
    [InlineData("GIF89a", "neither PNG nor PGM nor PPM")]
    public void Read_BrokenNetpbm_SaysWhat(string text, string expected)
    {
        string path = _folder.Write("a.pnm", text);

        Assert.Contains(expected, Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Jpeg_SaysWhatToDo() =>
        Assert.Contains("a JPEG, which is not decoded here; convert it once", Assert.Throws<NotSupportedException>(() => ImageFile.Read(_folder.Write("a.jpg", 0xFF, 0xD8, 0xFF, 0xE0))).Message, StringComparison.Ordinal);

    [Fact]
    public void ToPlanes_TwoPixels_SeparatesTheChannels()
    {
        var image = new PixelImage(2, 1) { [0, 0] = (255, 51, 0), [0, 1] = (0, 102, 255) };

        Assert.Equal([1f, 0, 0.2f, 0.4f, 0, 1], image.ToPlanes());
        Assert.Equal([1f, -1, -0.6f, -0.2f, -1, 1], image.ToPlanes((0.5f, 0.5f, 0.5f), (0.5f, 0.5f, 0.5f)).Select(value => MathF.Round(value, 6)));
        Assert.Contains("pixel (1, 0) of an image of 1 rows and 2 columns", Assert.Throws<ArgumentOutOfRangeException>(() => image[1, 0]).Message, StringComparison.Ordinal);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
            }
        }

        return ~crc;
    }
}
