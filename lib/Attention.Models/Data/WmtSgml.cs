using static System.FormattableString;

namespace Attention.Models;

/// <summary>Test sets of the Workshop on Machine Translation in its SGML form: a set of documents of segments.</summary>
/// <remarks>
/// Names of elements and attributes are read in any case, attributes with or without quotation marks; elements that group segments (<c>p</c>, <c>hl</c>, <c>poster</c>) are passed
/// over. The five named entities of XML and numeric ones are resolved; an ampersand that begins none of them stands for itself, as in many published files.
/// </remarks>
public static class WmtSgml
{
    /// <summary>Reads the segments of a file, as they are asked for.</summary>
    /// <exception cref="InvalidDataException">A segment stands outside a document or has no id, an element is not closed, or an id comes twice in a document.</exception>
    public static IEnumerable<SgmlSegment> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Segments(path);
    }

    /// <summary>Pairs the segments of a source set with those of a reference set: first with first, held together by the ids of document and segment.</summary>
    /// <exception cref="InvalidDataException">Either file is broken, one has more segments, or the ids of two segments that should be a pair differ.</exception>
    public static IEnumerable<SentencePair> ReadPairs(string sourcePath, string referencePath)
    {
        ArgumentException.ThrowIfNullOrEmpty(sourcePath);
        ArgumentException.ThrowIfNullOrEmpty(referencePath);
        return Pairs(sourcePath, referencePath);
    }

    private static IEnumerable<SentencePair> Pairs(string sourcePath, string referencePath)
    {
        using IEnumerator<SgmlSegment> sources = Segments(sourcePath).GetEnumerator(), references = Segments(referencePath).GetEnumerator();
        while (true)
        {
            bool source = sources.MoveNext(), reference = references.MoveNext();
            if (!source && !reference)
            {
                yield break;
            }

            SgmlSegment longer = source ? sources.Current : references.Current;
            if (source != reference)
            {
                throw TextLines.Bad(source ? sourcePath : referencePath, longer.Line, $"segment {Name(longer)} has no partner: {(source ? referencePath : sourcePath)} ends before it");
            }

            if ((longer.Document, longer.Id) != (references.Current.Document, references.Current.Id))
            {
                throw TextLines.Bad(sourcePath, longer.Line, Invariant($"segment {Name(longer)} meets {Name(references.Current)} at line {references.Current.Line} of {referencePath}"));
            }

            yield return new SentencePair(longer.Text, references.Current.Text);
        }
    }

    private static string Name(SgmlSegment segment) => $"{Quoted.Of(segment.Document)}/{Quoted.Of(segment.Id)}";

    private static IEnumerable<SgmlSegment> Segments(string path)
    {
        SgmlTag? set = null, document = null, segment = null;
        var text = new System.Text.StringBuilder();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (SgmlPiece piece in SgmlScanner.Read(path))
        {
            if (piece.Tag is not { } tag)
            {
                text.Append(segment is null ? "" : piece.Text);
                Require(text.Length <= TextLines.LongestLine, path, segment?.Line ?? 0, Invariant($"a segment longer than {TextLines.LongestLine} characters; is it closed?"));
                continue;
            }

            switch ((tag.Name, tag.Closing))
            {
                case ("srcset" or "refset" or "tstset", _):
                    set = tag.Closing ? null : tag;
                    break;
                case ("doc", false):
                    Require(document is null, path, tag.Line, Invariant($"the document of line {document?.Line} is not closed"));
                    document = tag;
                    ids.Clear();
                    break;
                case ("doc", true):
                    Require(document is not null, path, tag.Line, "</doc> closes no document");
                    Require(segment is null, path, tag.Line, Invariant($"the segment of line {segment?.Line} is not closed"));
                    document = null;
                    break;
                case ("seg", false):
                    Require(segment is null, path, tag.Line, Invariant($"the segment of line {segment?.Line} is not closed"));
                    Require(document is not null, path, tag.Line, "a segment outside a document");
                    Require(tag["id"] is not null, path, tag.Line, "a segment without an id");
                    Require(ids.Add(tag["id"]!), path, tag.Line, $"segment {Quoted.Of(tag["id"]!)} comes twice in its document");
                    segment = tag;
                    text.Clear();
                    break;
                case ("seg", true):
                    Require(segment is not null, path, tag.Line, "</seg> closes no segment");
                    yield return Segment(set, document!, segment!, text.ToString());
                    segment = null;
                    break;
            }
        }

        Require(segment is null && document is null, path, (segment ?? document)?.Line ?? 0, $"<{(segment ?? document)?.Name}> is never closed");
    }

    private static SgmlSegment Segment(SgmlTag? set, SgmlTag document, SgmlTag segment, string text) => new(
        set?.Name ?? "", set?["setid"] ?? "", set?["srclang"] ?? "", set?["trglang"] ?? "", document["docid"] ?? "", document["sysid"] ?? set?["refid"] ?? "",
        segment["id"]!, SgmlEntities.Resolve(text).Trim(), segment.Line);

    private static void Require(bool condition, string path, int line, string message)
    {
        if (!condition)
        {
            throw TextLines.Bad(path, line, message);
        }
    }
}
