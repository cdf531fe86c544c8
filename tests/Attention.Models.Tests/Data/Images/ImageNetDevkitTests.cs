using System.Buffers.Binary;

namespace Attention.Models.Tests.Data.Images;

public sealed class ImageNetDevkitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void ReadDevkit_PlainOrCompressed_GivesTheClassesByTheirIds(int line)
    {
        string path = _folder.Write("meta.mat", Meta(line));

        IReadOnlyList<ImageNetSynset> classes = ImageNetSynset.ReadDevkit(path), all = ImageNetSynset.ReadDevkit(path, all: true);

        Assert.Equal([(1, "n02119789", "kit fox, Vulpes macrotis"), (300, "n02119022", "red fox, Vulpes vulpes")], classes.Select(synset => (synset.Id, synset.WordNetId, synset.Words)));
        Assert.Equal("the common Old World fox", classes[1].Gloss);
        Assert.Equal([1, 300, 1001], all.Select(synset => synset.Id));
        Assert.Equal([1, 300], all[2].Children);
    }

    [Fact]
    public void ReadDevkit_EveryPrefix_IsRefused()
    {
        foreach (byte[] good in (byte[][])[Meta(0), Meta(1)])
        {
            for (int length = 0; length < good.Length - 8; length += 3)
            {
                string path = _folder.Write("cut.mat", good[..length]);
                Assert.StartsWith(path, Assert.Throws<InvalidDataException>(() => ImageNetSynset.ReadDevkit(path)).Message, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Whatever four bytes are changed, the file is refused by name or read; nothing else happens, and little memory is taken.</summary>
    [Fact]
    public void ReadDevkit_ChangedBytes_IsRefusedOrRead()
    {
        const int seed = 9;
        var random = new Random(seed);
        byte[] good = Meta(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            byte[] changed = [.. good];
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(128 + (4 * random.Next((good.Length - 128) / 4))), random.Next(2) == 0 ? random.Next() : random.Next(64) << (random.Next(2) * 16));
            string path = _folder.Write("changed.mat", changed);
            try
            {
                Assert.True(ImageNetSynset.ReadDevkit(path, all: true).Count <= 3);
            }
            catch (InvalidDataException refusal)
            {
                Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 200_000_000, $"seed {seed}");
    }

    private static byte[] Meta(int line) => Convert.FromBase64String(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data/Images/Golden/meta.txt")).ElementAt(line));
}
