using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace Attention.Course.Book.Markdown;

/// <summary>Reads a display formula that begins a line with <c>$$</c> and ends at the next line that ends with <c>$$</c>.</summary>
/// <remarks>As a block, so that a line beginning with − or = inside a formula is neither a list nor an underlined heading.</remarks>
internal sealed class DisplayMathParser : BlockParser
{
    public DisplayMathParser() => OpeningCharacters = ['$'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        StringSlice line = processor.Line;
        if (processor.IsCodeIndent || line.PeekChar(1) != '$')
        {
            return BlockState.None;
        }

        string rest = line.Text[(line.Start + 2)..(line.End + 1)].TrimEnd();
        int close = rest.IndexOf("$$", StringComparison.Ordinal);
        bool closesHere = close > 0 && close == rest.Length - 2;
        if (close >= 0 && !closesHere)
        {
            // Text follows the formula on its line: it belongs to a paragraph, and the inline parser reads it.
            return BlockState.None;
        }

        var block = new MathBlock(this) { Column = processor.Column, Span = new SourceSpan(processor.Start, line.End) };
        processor.NewBlocks.Push(block);
        return Read(block, rest, closesHere, processor.LineIndex);
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        StringSlice line = processor.Line;
        block.UpdateSpanEnd(line.End);
        string text = line.IsEmpty ? "" : line.ToString().TrimEnd();
        return Read((MathBlock)block, text, text.EndsWith("$$", StringComparison.Ordinal), processor.LineIndex);
    }

    private static BlockState Read(MathBlock block, string text, bool closes, int line)
    {
        var content = new StringSlice(closes ? text[..^2] : text);
        if (!content.IsEmpty)
        {
            block.AppendLine(ref content, 0, line, 0, trackTrivia: false);
        }

        block.ClosingFencedCharCount = closes ? 2 : 0;
        return closes ? BlockState.BreakDiscard : BlockState.ContinueDiscard;
    }
}
