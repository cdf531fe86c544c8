using System.Buffers.Binary;

namespace Attention.Models.Tests.Data;

/// <summary>Readers take from a file of many gigabytes what is asked for, and no more memory than that.</summary>
public sealed class StreamingTests : IDisposable
{
    private const int Most = 4 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The files are holes behind a few bytes: they take no room on the disk.</summary>
    [Fact]
    public void Read_FirstOfAHugeFile_TakesLittleMemory()
    {
        Assert.All(Bounded(() => CifarFile.Read10(Sparse("cifar", 3073L * 5_000_000)).Take(20).ToList()), image => Assert.Equal((0, 32), (image.Label, image.Width)));

        string images = Sparse("images", 16 + (784L * 10_000_000), 0, 0, 8, 3, 0, 0x98, 0x96, 0x80, 0, 0, 0, 28, 0, 0, 0, 28), labels = Sparse("labels", 8 + 10_000_000, 0, 0, 8, 1, 0, 0x98, 0x96, 0x80);
        Assert.Equal(20, Bounded(() => IdxFile.ReadImages(images, labels).Take(20).ToList()).Count);

        byte[] wav = [.. "RIFF\0\0\0\0WAVEfmt "u8, 16, 0, 0, 0, 1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0, .. "data"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), 4_000_000_000);
        Assert.Equal(20, Bounded(() => WavFile.Blocks(Sparse("wav", 44 + 4_000_000_000, wav), 1000).Take(20).ToList()).Count);

        byte[] article = [.. "{\"data\": [{\"paragraphs\": [{\"context\": \"a b\", \"qas\": [{\"id\": \"q\", \"question\": \"?\", \"answers\": []}]}]},"u8];
        Assert.Equal("q", Bounded(() => SquadFile.Read(Sparse("json", 1L << 34, article)).First()).Id);
        Assert.Equal(new NamedEdge("a", "b", 2), Bounded(() => EdgeList.Edges(Sparse("edges", 1L << 34, [.. "a b 2\n"u8])).First()));
        Assert.Equal(3, Bounded(() => RatingsFile.Read(Sparse("ratings", 1L << 34, [.. "1\t2\t3\t4\n"u8])).First()).Stars);
        Assert.Equal("x", Bounded(() => WmtSgml.Read(Sparse("sgml", 1L << 34, [.. "<doc><seg id=1>x</seg>\n"u8])).First()).Text);
        Assert.Equal(["a", "b"], Bounded(() => TabSeparated.Read(Sparse("table", 1L << 34, [.. "a\tb\n"u8])).First()));
    }

    /// <summary>What was read is let go: a file is gone through in memory that does not grow with it.</summary>
    [Fact]
    public void Read_LongFileToItsEnd_HoldsOneElementAtATime()
    {
        string sentence = new('x', 200), text = _folder.Write("text", string.Join('\n', Enumerable.Repeat(sentence, 20_000)));
        string article = "{\"paragraphs\": [{\"context\": \"" + sentence + "\", \"qas\": [{\"id\": \"q\", \"question\": \"?\", \"answers\": []}]}]}";
        string json = _folder.Write("json", "{\"data\": [" + string.Join(",\n", Enumerable.Repeat(article, 20_000)) + "]}");

        Assert.Equal(0, Alive(ParallelText.Read(text, text).Select(pair => (object)pair.Source)));
        Assert.Equal(0, Alive(SquadFile.Read(json).Select(question => (object)question.Context)));
    }

    /// <summary>How many of the first elements are still in memory when the last ones are read.</summary>
    private static int Alive(IEnumerable<object> elements)
    {
        List<WeakReference> first = [];
        int count = 0, alive = -1;
        foreach (object element in elements)
        {
            if (count < 1000)
            {
                first.Add(new WeakReference(element));
            }
            else if (count == 15_000)
            {
                GC.Collect();
                alive = first.Count(reference => reference.IsAlive);
            }

            count++;
        }

        return alive;
    }

    private static T Bounded<T>(Func<T> read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        T result = read();
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken < Most, $"{taken} bytes");
        return result;
    }

    private string Sparse(string name, long length, params byte[] first)
    {
        using FileStream stream = File.Create(_folder[name]);
        stream.Write(first);
        stream.SetLength(length);
        return _folder[name];
    }
}
