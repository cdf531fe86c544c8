namespace Attention.Models.Tests.Data.Images;

/// <summary>IDX and CIFAR: files of many small images.</summary>
public sealed class SmallImageFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 200, 3 }, new[] { 2, 1 }, new[] { 200f, 3 })]
    [InlineData(new byte[] { 0, 0, 9, 1, 0, 0, 0, 1, 200 }, new[] { 1 }, new[] { -56f })]
    [InlineData(new byte[] { 0, 0, 0x0B, 1, 0, 0, 0, 1, 0xFF, 0xFE }, new[] { 1 }, new[] { -2f })]
    [InlineData(new byte[] { 0, 0, 0x0C, 1, 0, 0, 0, 1, 0, 1, 0, 0 }, new[] { 1 }, new[] { 65536f })]
    [InlineData(new byte[] { 0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0 }, new[] { 1 }, new[] { 1.5f })]
    [InlineData(new byte[] { 0, 0, 0x0E, 1, 0, 0, 0, 1, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0 }, new[] { 1 }, new[] { -1.5f })]
    public void Idx_EveryType_IsReadAsFloats(byte[] bytes, int[] shape, float[] values)
    {
        NamedWeights read = IdxFile.Read(_folder.Write("a.idx", bytes));

        Assert.Equal(shape, read.Shape);
        Assert.Equal(values, read.Values.ToArray());
    }

    [Fact]
    public void Idx_ImagesAndLabels_ArePaired()
    {
        IdxFile.Write(_folder["images"], [2, 1, 3], (byte[])[1, 2, 3, 4, 5, 255]);
        IdxFile.Write(_folder["labels"], [2], (byte[])[7, 9]);

        LabelledImage[] images = [.. IdxFile.ReadImages(_folder["images"], _folder["labels"])];

        Assert.Equal([7, 9], images.Select(image => image.Label));
        Assert.Equal((1, 1, 3), (images[1].Channels, images[1].Height, images[1].Width));
        Assert.Equal([4, 5, 255], images[1].Pixels);
        Assert.Equal(1, images[1].ToPlanes()[2]);
        Assert.Equal((5, 5, 5), images[1].ToImage()[0, 1]);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (float)(byte)i), Long().Values.ToArray());

        NamedWeights Long()
        {
            IdxFile.Write(_folder["long"], [5000], Enumerable.Range(0, 5000).Select(i => (byte)i).ToArray());
            return IdxFile.Read(_folder["long"]);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "expected [3] of 1 bytes each, got 2 bytes")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "expected [1] of 1 bytes each, got 2 bytes")]
    [InlineData(new byte[] { 0, 0, 8, 3, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 1 }, "expected [2147483647, 2147483647, 2147483647] of 1 bytes each, got 1 bytes")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, "got 1 bytes")]
    [InlineData(new byte[] { 0, 0, 8, 255, 0, 0, 0, 1 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 1 }, "no IDX file")]
    [InlineData(new byte[] { 0, 0 }, "no IDX file")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0, 0 }, "compressed; unpack it with gunzip first")]
    public void Idx_BrokenHeader_IsRefused(byte[] bytes, string expected)
    {
        string path = _folder.Write("a.idx", bytes);

        Assert.EndsWith(expected, Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_FilesThatDoNotBelongTogether_AreRefused()
    {
        IdxFile.Write(_folder["images"], [2, 1, 3], new byte[6]);
        IdxFile.Write(_folder["three"], [3], new byte[3]);

        Assert.Contains("3 labels for the 2 images", Refusal("images", "three"), StringComparison.Ordinal);
        Assert.Contains("expected bytes over [n, height, width], got type 0x08 over [3]", Refusal("three", "three"), StringComparison.Ordinal);
        Assert.Contains("expected bytes over [n], got type 0x08 over [2, 1, 3]", Refusal("images", "images"), StringComparison.Ordinal);
        Assert.StartsWith("bytes: expected 2×3 = 6", Assert.Throws<ArgumentException>(() => IdxFile.Write(_folder["x"], [2, 3], new byte[5])).Message, StringComparison.Ordinal);

        string Refusal(string images, string labels) => Assert.Throws<InvalidDataException>(() => IdxFile.ReadImages(_folder[images], _folder[labels]).Count()).Message;
    }

    [Fact]
    public void Cifar_BothForms_AreReadAsWritten()
    {
        const int seed = 6;
        var random = new Random(seed);
        LabelledImage[] ten = [Drawn(random, 3, -1), Drawn(random, 9, -1)], hundred = [Drawn(random, 99, 19), Drawn(random, 0, 4)];
        CifarFile.Write(_folder["10"], ten);
        CifarFile.Write(_folder["100"], hundred);

        Assert.Equal(2 * 3073, new FileInfo(_folder["10"]).Length);
        Assert.Equal(2 * 3074, new FileInfo(_folder["100"]).Length);
        Assert.All(ten.Concat(hundred).Zip(CifarFile.Read10(_folder["10"]).Concat(CifarFile.Read100(_folder["100"]))), pair =>
        {
            Assert.Equal((pair.First.Label, pair.First.CoarseLabel), (pair.Second.Label, pair.Second.CoarseLabel));
            Assert.Equal(pair.First.Pixels, pair.Second.Pixels);
        });
        PixelImage image = ten[0].ToImage();
        Assert.Equal((ten[0].Pixels[33], ten[0].Pixels[1024 + 33], ten[0].Pixels[2048 + 33]), image[1, 1]);
    }

    [Fact]
    public void Cifar_BrokenFiles_AreRefusedByRecord()
    {
        string cut = _folder.Write("cut", new byte[3074]), label = _folder.Write("label", [.. new byte[3073], 10, .. new byte[3072]]), coarse = _folder.Write("coarse", [20, .. new byte[3073]]);

        Assert.EndsWith("cut: 3074 bytes are 1 records of 3073 and 1 bytes more", Assert.Throws<InvalidDataException>(() => CifarFile.Read10(cut).Count()).Message, StringComparison.Ordinal);
        Assert.EndsWith("label: record 1: label 10 is none of the 10 classes", Assert.Throws<InvalidDataException>(() => CifarFile.Read10(label).Count()).Message, StringComparison.Ordinal);
        Assert.EndsWith("coarse: record 0: label 20 is none of the 20 classes", Assert.Throws<InvalidDataException>(() => CifarFile.Read100(coarse).Count()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CifarFile.Write(_folder["x"], [new LabelledImage(new byte[12], 3, 2, 2, 0)]));
    }

    private static LabelledImage Drawn(Random random, int label, int coarse)
    {
        byte[] pixels = new byte[3072];
        random.NextBytes(pixels);
        return new LabelledImage(pixels, 3, 32, 32, label, coarse);
    }
}
