namespace Attention.Models.Tests.Data.Images;

public sealed class ImageNetFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_FoldersOfSynsets_AreListedInOrder()
    {
        IReadOnlyList<ImageNetSynset> synsets = Synsets();
        _folder.Write("train/n01443537/b.JPEG", 1);
        _folder.Write("train/n01440764/n01440764_2.png", 1);
        _folder.Write("train/n01440764/n01440764_10.JPEG", 1);
        _folder.Write("train/n01440764/notes.txt", 1);

        ImageNetExample[] examples = [.. ImageNetFolder.Training(_folder["train"], synsets)];

        Assert.Equal([("n01440764_10.JPEG", 0), ("n01440764_2.png", 0), ("b.JPEG", 1)], examples.Select(example => (Path.GetFileName(example.Path), example.Label)));
        Assert.Equal("goldfish, Carassius auratus", examples[2].Synset.Words);
        Directory.CreateDirectory(_folder["train/n99999999"]);
        Assert.Contains("\"n99999999\" is none of the 2 synsets", Assert.Throws<InvalidDataException>(() => ImageNetFolder.Training(_folder["train"], synsets).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_GroundTruth_NamesTheSynsetsByTheirIds()
    {
        IReadOnlyList<ImageNetSynset> synsets = Synsets();
        Netpbm.Write(_folder.Write("val/ILSVRC2012_val_00000002.ppm", 1), new PixelImage(2, 1) { [0, 0] = (1, 2, 3) });
        Netpbm.Write(_folder.Write("val/ILSVRC2012_val_00000001.ppm", 1), new PixelImage(1, 1));

        ImageNetExample[] examples = [.. ImageNetFolder.Validation(_folder["val"], _folder.Write("truth.txt", "2\n1\n"), synsets)];

        Assert.Equal([("ILSVRC2012_val_00000001.ppm", 1), ("ILSVRC2012_val_00000002.ppm", 0)], examples.Select(example => (Path.GetFileName(example.Path), example.Label)));
        (PixelImage image, int label) = ImageNetFolder.Read(examples).Last();
        Assert.Equal((2, 0, (1, 2, 3)), (image.Width, label, image[0, 0]));
        Assert.Equal([7, 7], ImageNetFolder.Read(examples, _ => new PixelImage(7, 1)).Select(read => read.Image.Width));
    }

    [Theory]
    [InlineData("2\n3\n", "truth.txt(2): \"3\" is the id of none of the 2 synsets")]
    [InlineData("2\nx\n", "truth.txt(2): \"x\" is the id of none of the 2 synsets")]
    [InlineData("2\n1\n1\n", "truth.txt(3): a label without an image")]
    [InlineData("2\n", "truth.txt: 1 labels for the 2 images")]
    public void Validation_WrongTruth_NamesTheLine(string truth, string expected)
    {
        _folder.Write("val/1.ppm", 1);
        _folder.Write("val/2.ppm", 1);

        var refusal = Assert.Throws<InvalidDataException>(() => ImageNetFolder.Validation(_folder["val"], _folder.Write("truth.txt", truth), Synsets()).Count());

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n01440764 tench\nn1 goldfish", "(2): expected a WordNet id such as n01440764, a space and words, got \"n1 goldfish\"")]
    [InlineData("n01440764", "(1): expected a WordNet id")]
    [InlineData("n01440764 tench\nn01440764 tench", "(2): n01440764 was in line 1 already")]
    public void ReadList_BrokenLine_IsNamed(string text, string expected)
    {
        string path = _folder.Write("synsets.txt", text);

        Assert.StartsWith(path + expected, Assert.Throws<InvalidDataException>(() => ImageNetSynset.ReadList(path)).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<ImageNetSynset> Synsets() => ImageNetSynset.ReadList(_folder.Write("synsets.txt", "n01440764 tench, Tinca tinca\nn01443537 goldfish, Carassius auratus\n"));
}
