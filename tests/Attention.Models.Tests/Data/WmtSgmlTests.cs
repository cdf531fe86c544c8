namespace Attention.Models.Tests.Data;

public sealed class WmtSgmlTests : IDisposable
{
    private const string Source = """
        <!DOCTYPE mteval SYSTEM "ftp://example/mteval.dtd">
        <srcset setid="newstest" srclang="any">
        <doc sysid="source" docid="paper/1" genre="news"
             origlang="en">
        <hl><seg id="1">The cat &amp; the mat</seg></hl>
        <p>
        <seg id="2"> 3 < 4 &#8364;5 &lt;b&gt; R&D &#x732B; &bogus; </seg>
        <seg id=3>over
        two lines</seg>
        </p>
        </doc>
        <DOC docid='2'><SEG id="1">last</SEG></DOC>
        </srcset>
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_SourceSet_GivesSegmentsWithTheirDocuments()
    {
        SgmlSegment[] segments = [.. WmtSgml.Read(_folder.Write("s.sgm", Source))];

        Assert.Equal(new SgmlSegment("srcset", "newstest", "any", "", "paper/1", "source", "1", "The cat & the mat", 5), segments[0]);
        Assert.Equal(("2", "3 < 4 €5 <b> R&D 猫 &bogus;", 7), (segments[1].Id, segments[1].Text, segments[1].Line));
        Assert.Equal(("3", "over\ntwo lines", 8), (segments[2].Id, segments[2].Text, segments[2].Line));
        Assert.Equal(("2", "1", "last", 12), (segments[3].Document, segments[3].Id, segments[3].Text, segments[3].Line));
        Assert.Equal(4, segments.Length);
    }

    /// <summary>What a comment hides is not there, over lines too, and a &gt; within quotation marks ends no tag.</summary>
    [Fact]
    public void Read_CommentsAndQuotedMarks_AreNoTags()
    {
        string path = _folder.Write("s.sgm", """
            <srcset setid="a > b"><!-- <doc docid="none"> <seg id="0">hidden</seg>
            </doc> --><doc docid='1>2'>
            <seg id="1">here<!-- > not here --> and "there" = 'more'</seg> <seg id="x=">last</seg></doc></srcset>
            """);

        Assert.Equal([("a > b", "1>2", "1", "here and \"there\" = 'more'"), ("a > b", "1>2", "x=", "last")], WmtSgml.Read(path).Select(segment => (segment.SetId, segment.Document, segment.Id, segment.Text)));
    }

    [Fact]
    public void Read_SegmentThatIsNeverClosed_IsRefusedBeforeItFillsTheMemory()
    {
        string path = _folder.Write("s.sgm", "<doc>\n<seg id=1>" + string.Join('\n', Enumerable.Repeat(new string('x', 1 << 20), 17)));

        Assert.Equal($"{path}(2): a segment longer than 16777216 characters; is it closed?", Assert.Throws<InvalidDataException>(() => WmtSgml.Read(path).Count()).Message);
    }

    [Fact]
    public void ReadPairs_SourceAndReference_ArePairedByTheirIds()
    {
        string source = _folder.Write("s.sgm", "<srcset><doc docid=\"d\"><seg id=\"1\">cat</seg><seg id=\"2\">mat</seg></doc></srcset>");
        string reference = _folder.Write("r.sgm", "<refset trglang=\"zh\"><doc docid=\"d\"><seg id=\"1\">猫</seg>\n<seg id=\"2\">垫子</seg></doc></refset>");
        string other = _folder.Write("o.sgm", "<refset><doc docid=\"d\"><seg id=\"1\">猫</seg>\n<seg id=\"3\">垫子</seg></doc></refset>");
        string shorter = _folder.Write("short.sgm", "<refset><doc docid=\"d\"><seg id=\"1\">猫</seg></doc></refset>");

        Assert.Equal([new("cat", "猫"), new("mat", "垫子")], WmtSgml.ReadPairs(source, reference));
        Assert.Equal($"{source}(1): segment \"d\"/\"2\" meets \"d\"/\"3\" at line 2 of {other}", Assert.Throws<InvalidDataException>(() => WmtSgml.ReadPairs(source, other).Count()).Message);
        Assert.Equal($"{source}(1): segment \"d\"/\"2\" has no partner: {shorter} ends before it", Assert.Throws<InvalidDataException>(() => WmtSgml.ReadPairs(source, shorter).Count()).Message);
        Assert.Equal($"{source}(1): segment \"d\"/\"2\" has no partner: {shorter} ends before it", Assert.Throws<InvalidDataException>(() => WmtSgml.ReadPairs(shorter, source).Count()).Message);
    }

    [Theory]
    [InlineData("<seg id=\"1\">a</seg>", "(1): a segment outside a document")]
    [InlineData("<doc>\n<seg>a</seg>", "(2): a segment without an id")]
    [InlineData("<doc>\n<seg id=1>a</seg>\n<seg id=1>b</seg>", "(3): segment \"1\" comes twice in its document")]
    [InlineData("<doc>\n<seg id=1>a\n<seg id=2>b</seg>", "(3): the segment of line 2 is not closed")]
    [InlineData("<doc>\n<seg id=1>a\n</doc>", "(3): the segment of line 2 is not closed")]
    [InlineData("<doc>\n<doc>", "(2): the document of line 1 is not closed")]
    [InlineData("\n</doc>", "(2): </doc> closes no document")]
    [InlineData("<doc></seg>", "(1): </seg> closes no segment")]
    [InlineData("\n<doc>\n<seg id=1>a", "(3): <seg> is never closed")]
    [InlineData("\n<doc>", "(2): <doc> is never closed")]
    [InlineData("<doc>\n<seg id=1>a</seg\n\n", "(2): a tag that does not end")]
    public void Read_BrokenFile_NamesTheLine(string text, string expected)
    {
        string path = _folder.Write("s.sgm", text);

        Assert.Equal(path + expected, Assert.Throws<InvalidDataException>(() => WmtSgml.Read(path).Count()).Message);
    }
}
