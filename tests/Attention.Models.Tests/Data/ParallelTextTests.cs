namespace Attention.Models.Tests.Data;

public sealed class ParallelTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_TwoFiles_PairsTheirLines()
    {
        string english = _folder.Write("a.en", "\uFEFFThe cat sat.\r\n\r\nlast line\u2028still");
        string chinese = _folder.Write("a.zh", "猫坐着。\n\n最后😀\n");

        Assert.Equal([new("The cat sat.", "猫坐着。"), new("", ""), new("last line\u2028still", "最后😀")], ParallelText.Read(english, chinese));
    }

    [Theory]
    [InlineData("1\n2\n3\n4\n5", "1\n2\n3\n", "a.en(4): no line to pair with", 5, 3)]
    [InlineData("1", "1\n2", "a.fr(2): no line to pair with", 1, 2)]
    [InlineData("", "1\n2\n", "a.fr(1): no line to pair with", 0, 2)]
    public void Read_UnequalLengths_NamesBothCounts(string source, string target, string expected, int sources, int targets)
    {
        string first = _folder.Write("a.en", source), second = _folder.Write("a.fr", target);

        var refusal = Assert.Throws<InvalidDataException>(() => ParallelText.Read(first, second).Count());

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith($"{first} has {sources} lines, {second} has {targets}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Streaming_GivesPairsBeforeTheError()
    {
        string first = _folder.Write("a.en", "1\n2\n"), second = _folder.Write("a.fr", "1\n");

        Assert.Equal(new SentencePair("1", "1"), ParallelText.Read(first, second).First());
    }

    [Fact]
    public void Read_InvalidUtf8_NamesLineAndByte()
    {
        string first = _folder.Write("a.en", [.. "one\ntwo"u8, 0xE9, .. "\n"u8]);

        var refusal = Assert.Throws<InvalidDataException>(() => ParallelText.Read(first, first).Count());

        Assert.Equal($"{first}(2): byte 4 of the line is not UTF-8", refusal.Message);
    }

    /// <summary>Lines longer than the reader's buffer, and ends of lines wherever the buffer ends.</summary>
    [Fact]
    public void Read_LongLines_KeepsThemWhole()
    {
        string[] lines = [new('a', 65_535), "", new('猫', 100_000), "b", new('c', 65_536), new('d', 200_000)];
        string path = _folder.Write("a.en", string.Join('\n', lines));

        Assert.Equal(lines, ParallelText.Read(path, path).Select(pair => pair.Target));
    }

    [Fact]
    public void Read_FileWithoutLineEnds_IsRefusedBeforeItFillsTheMemory()
    {
        using (FileStream stream = File.Create(_folder["zeros"]))
        {
            stream.SetLength(1L << 36);
        }

        var refusal = Assert.Throws<InvalidDataException>(() => ParallelText.Read(_folder["zeros"], _folder["zeros"]).Count());

        Assert.EndsWith("zeros(1): longer than 16777216 bytes", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadTable_Columns_AreTakenByNumber()
    {
        string path = _folder.Write("t.tsv", "1\tcat\t猫\n2\t\"the\t那\n");

        Assert.Equal([new("猫", "cat"), new("那", "\"the")], ParallelText.ReadTable(path, sourceColumn: 2, targetColumn: 1));
        Assert.Equal([["2", "\"the", "那"]], TabSeparated.Read(path, header: true));
    }

    [Theory]
    [InlineData("a\tb\nc\n", 1, "t.tsv(2): expected 2 columns as in line 1, got 1")]
    [InlineData("a\tb\nc\td\te\n", 1, "t.tsv(2): expected 2 columns as in line 1, got 3")]
    [InlineData("a\tb\n", 2, "t.tsv(1): expected 3 columns or more, got 2")]
    public void ReadTable_WrongColumns_NamesTheLine(string text, int column, string expected)
    {
        string path = _folder.Write("t.tsv", text);

        Assert.EndsWith(expected, Assert.Throws<InvalidDataException>(() => ParallelText.ReadTable(path, 0, column).Count()).Message, StringComparison.Ordinal);
    }
}
