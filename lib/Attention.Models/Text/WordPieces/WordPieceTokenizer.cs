using System.Text;

namespace Attention.Models;

/// <summary>WordPiece as BERT has it: words become the longest pieces that the vocabulary knows, from left to right; a piece that continues a word starts with <c>##</c>.</summary>
/// <remarks>
/// The class WordpieceTokenizer of BERT's <c>tokenization.py</c> (Devlin et al. 2019) behind <see cref="BertWordTokenizer"/>. A word that the pieces cannot make up, or of more than 200 letters,
/// is <c>[UNK]</c> as a whole (other programs for BERT stop at 100). Decoding joins pieces and puts a space between words: it gives the words back, not the text.
/// </remarks>
/// <example>
/// <code>
/// WordPieceTokenizer bert = WordPieceTokenizer.Load("vocab.txt");
/// WordPieceInput pair = bert.EncodePair("The cat sat.", "It slept.");   // [CLS] the cat sat . [SEP] it slept . [SEP]
/// </code>
/// </example>
public sealed partial class WordPieceTokenizer : ITokenizer
{
    private const int LongestWord = 200;
    private const string Continuation = "##";

    private readonly Dictionary<string, int> _starts = new(StringComparer.Ordinal), _continuations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _start, _continuation;
    private readonly int _longest, _unknown;

    /// <summary>Takes a vocabulary as it is.</summary>
    /// <param name="vocabulary">The pieces by id, <c>[UNK]</c> among them.</param>
    /// <param name="lowerCase">Whether the vocabulary is one of lower-case letters without accents (an uncased model's).</param>
    public WordPieceTokenizer(Vocabulary vocabulary, bool lowerCase = true)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        (Vocabulary, LowerCase) = (vocabulary, lowerCase);
        for (int id = 0; id < vocabulary.Count; id++)
        {
            string piece = vocabulary.Words[id];
            _starts.Add(piece, id);
            if (piece.StartsWith(Continuation, StringComparison.Ordinal))
            {
                _continuations.Add(piece[Continuation.Length..], id);
            }

            _longest = Math.Max(_longest, piece.Length);
        }

        _unknown = _starts.TryGetValue(Unknown, out int unknown) ? unknown : throw new ArgumentException($"vocabulary: \"{Unknown}\" is not among its {vocabulary.Count} pieces", nameof(vocabulary));
        _start = _starts.GetAlternateLookup<ReadOnlySpan<char>>();
        _continuation = _continuations.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads a vocabulary file of BERT's: a piece per line, the first with id 0.</summary>
    /// <param name="path"><c>vocab.txt</c>.</param>
    /// <param name="lowerCase">Whether the model is uncased.</param>
    /// <exception cref="InvalidDataException">The file is no vocabulary, or has no <c>[UNK]</c>; the message has the file and the line.</exception>
    public static WordPieceTokenizer Load(string path, bool lowerCase = true) => new(Vocabulary.Load(path, Unknown), lowerCase);

    /// <summary>Stands for a word that has no pieces: <c>[UNK]</c>.</summary>
    public const string Unknown = "[UNK]";

    /// <summary>Comes first: <c>[CLS]</c>.</summary>
    public const string Class = "[CLS]";

    /// <summary>Comes after each text: <c>[SEP]</c>.</summary>
    public const string Separator = "[SEP]";

    /// <summary>Fills up short rows: <c>[PAD]</c>.</summary>
    public const string Padding = "[PAD]";

    /// <summary>Stands for a piece that the model is to guess: <c>[MASK]</c>.</summary>
    public const string Mask = "[MASK]";

    /// <summary>The pieces by id; special ones by their names, such as <c>Vocabulary.Id(WordPieceTokenizer.Mask)</c>.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Whether letters become lower-case and lose their accents first.</summary>
    public bool LowerCase { get; }

    /// <inheritdoc/>
    public int Count => Vocabulary.Count;

    /// <inheritdoc/>
    /// <remarks>Each token is written as in the vocabulary; <c>[UNK]</c> covers the word that it stands for. A piece of a word of which a letter became several or none covers the whole word.</remarks>
    public IReadOnlyList<Token> Tokens(string text) => [.. Pieces(text).Select(piece => new Token(Vocabulary.Words[piece.Id], piece.Start, piece.End))];

    /// <inheritdoc/>
    /// <remarks>Without marks around the text; what looks like one in the text is text.</remarks>
    public int[] Encode(string text) => [.. Pieces(text).Select(piece => piece.Id)];

    /// <summary>One text or two with the marks that BERT was trained with: <c>[CLS] first [SEP] second [SEP]</c>.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text; null: there is none.</param>
    /// <param name="maximumLength">How many ids there are at most, marks among them. Too long a pair loses the last piece of the longer text, of equally long ones the second's, until it fits.</param>
    /// <exception cref="KeyNotFoundException">The vocabulary has no <c>[CLS]</c> or <c>[SEP]</c>.</exception>
    public WordPieceInput EncodePair(string first, string? second = null, int maximumLength = int.MaxValue)
    {
        int marks = second is null ? 2 : 3;
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, marks);
        int[] left = Encode(first), right = second is null ? [] : Encode(second);
        int keptLeft = left.Length, keptRight = right.Length;
        while (keptLeft + keptRight > maximumLength - marks)
        {
            _ = keptLeft > keptRight ? keptLeft-- : keptRight--;
        }

        int start = Special(Class), end = Special(Separator);
        int[] ids = [start, .. left.AsSpan(0, keptLeft), end, .. right.AsSpan(0, keptRight), .. second is null ? [] : (ReadOnlySpan<int>)[end]];
        int[] types = new int[ids.Length];
        types.AsSpan(Math.Min(keptLeft + 2, types.Length)).Fill(1);
        return new WordPieceInput(ids, types);
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids)
    {
        StringBuilder text = new();
        foreach (string piece in Vocabulary.WordsOf(ids))
        {
            bool continues = text.Length > 0 && piece.Length > Continuation.Length && piece.StartsWith(Continuation, StringComparison.Ordinal);
            text.Append(continues || text.Length == 0 ? "" : " ").Append(continues ? piece.AsSpan(Continuation.Length) : piece);
        }

        return text.ToString();
    }

    private int Special(string name) => _starts.TryGetValue(name, out int id) ? id : throw new KeyNotFoundException($"\"{name}\" is not among the {Count} pieces of this vocabulary");

    private List<(int Id, int Start, int End)> Pieces(string text)
    {
        List<(int Id, int Start, int End)> pieces = [];
        foreach (Token word in BertWordTokenizer.Tokens(text, LowerCase))
        {
            int before = pieces.Count;
            if (!AddPieces(word, pieces))
            {
                pieces.RemoveRange(before, pieces.Count - before);
                pieces.Add((_unknown, word.Start, word.End));
            }
        }

        return pieces;
    }

    /// <summary>Adds the longest pieces from left to right; false when there is a place where none fits.</summary>
    private bool AddPieces(Token word, List<(int Id, int Start, int End)> pieces)
    {
        ReadOnlySpan<char> letters = word.Text;
        if (letters.Length > LongestWord && word.Text.EnumerateRunes().Count() > LongestWord)
        {
            return false;
        }

        bool asWritten = letters.Length == word.End - word.Start;
        for (int start = 0; start < letters.Length;)
        {
            int id = -1, end = Math.Min(letters.Length, start + _longest);
            while (end > start && !(start == 0 ? _start : _continuation).TryGetValue(letters[start..end], out id))
            {
                end--;
            }

            if (end == start)
            {
                return false;
            }

            pieces.Add(asWritten ? (id, word.Start + start, word.Start + end) : (id, word.Start, word.End));
            start = end;
        }

        return true;
    }
}
