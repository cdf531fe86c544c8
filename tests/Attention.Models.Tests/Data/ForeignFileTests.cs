namespace Attention.Models.Tests.Data;

/// <summary>Files that a user gives to a reader by mistake: packed, in another encoding, empty, or not there.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static readonly (string Name, Action<string> Read)[] Readers =
    [
        ("parallel text", path => ParallelText.Read(path, path).Count()),
        ("table", path => TabSeparated.Read(path).Count()),
        ("SGML", path => WmtSgml.Read(path).Count()),
        ("SQuAD", path => SquadFile.Read(path).Count()),
        ("edges", path => EdgeList.Read(path)),
        ("ratings", path => RatingsFile.Read(path).Count()),
        ("synsets", path => ImageNetSynset.ReadList(path)),
        ("vocabulary", path => Vocabulary.Load(path)),
        ("IDX", path => IdxFile.Read(path)),
        ("CIFAR-10", path => CifarFile.Read10(path).Count()),
        ("CIFAR-100", path => CifarFile.Read100(path).Count()),
    ];

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0 }, "compressed; unpack it with gunzip first")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8 }, "compressed; unpack it with gunzip first")]
    [InlineData(new byte[] { (byte)'P', (byte)'K', 3, 4, 20 }, "a zip archive; unpack it first")]
    [InlineData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "UTF-16; convert it to UTF-8 first")]
    [InlineData(new byte[] { 0xFE, 0xFF, 0, (byte)'a' }, "UTF-16; convert it to UTF-8 first")]
    public void Read_ByMistake_SaysWhatTheFileIs(byte[] bytes, string expected)
    {
        string path = _folder.Write("file", bytes);
        foreach ((string name, Action<string> read) in Readers.Where(reader => bytes.Length > 3 || reader.Name != "IDX"))
        {
            string message = Assert.Throws<InvalidDataException>(() => read(path)).Message;
            Assert.True(message.StartsWith(path, StringComparison.Ordinal) && message.EndsWith(expected, StringComparison.Ordinal), $"{name}: {message}");
        }
    }

    /// <summary>A text that begins as a packed file does is still a text.</summary>
    [Fact]
    public void Read_TextOfTheLettersPK_IsText() => Assert.Equal(["PK"], TabSeparated.Read(_folder.Write("a.tsv", "PK\n")).Single());

    [Fact]
    public void Read_EmptyOrMissing_SaysSo()
    {
        string path = _folder.Write("empty");
        Assert.Equal($"{path}: an empty file", Assert.Throws<InvalidDataException>(() => CifarFile.Read10(path).Count()).Message);
        foreach ((string name, Action<string> read) in Readers)
        {
            Assert.Contains(_folder["none"], Assert.Throws<FileNotFoundException>(() => read(_folder["none"])).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>The framework's message for a broken literal quotes all that follows: of a file of megabytes ours stays a line, without its control characters.</summary>
    [Fact]
    public void Read_JsonWithABrokenLiteral_QuotesAFewLetters()
    {
        string broken = "{\"data\": [fal\u001b[2J" + new string('x', 300_000) + "]}";
        Action[] reads =
        [
            () => Assert.Empty(SquadFile.Read(_folder["json"])),
            () => BytePairTokenizer.Load(_folder["json"], _folder["json"]),
            () => SafetensorsFile.Open(_folder["safetensors"]),
        ];
        _folder.Write("json", broken);
        byte[] length = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, broken.Length);
        _folder.Write("safetensors", [.. length, .. System.Text.Encoding.UTF8.GetBytes(broken.Replace("\"data\": [", "\"w\": ", StringComparison.Ordinal))]);
        foreach (Action read in reads)
        {
            string message = Assert.Throws<InvalidDataException>(read).ToString();
            Assert.True(message.Split('\n')[0].Length < 600 && !message.Contains('\u001b', StringComparison.Ordinal), message[..Math.Min(message.Length, 2000)]);
        }
    }
}
