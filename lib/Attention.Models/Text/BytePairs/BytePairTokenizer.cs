using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Text;

namespace Attention.Models;

/// <summary>Byte-level byte-pair encoding as GPT-2 has it: a text becomes pieces of its UTF-8 bytes, and no text is unknown.</summary>
/// <remarks>
/// <para>
/// Sennrich et al. 2016 merge the most frequent pairs of pieces; Radford et al. 2019 start from bytes, within words that <see cref="Gpt2WordTokenizer"/> splits. Reads and writes the files that
/// were published with GPT-2, <c>vocab.json</c> and <c>merges.txt</c>, and gives their ids.
/// </para>
/// <para>
/// Decoding what was encoded gives the same text for every well-formed text. Half of a surrogate pair, which UTF-8 cannot express, becomes U+FFFD. Ids that a model made up may be no UTF-8 when
/// put together: what is none becomes U+FFFD too.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// BytePairTokenizer gpt2 = BytePairTokenizer.Load("vocab.json", "merges.txt", ["&lt;|endoftext|&gt;"]);
/// int[] ids = gpt2.Encode("Hello world");      // 15496, 995
/// string text = gpt2.Decode(ids);
/// </code>
/// </example>
public sealed partial class BytePairTokenizer : ITokenizer
{
    private const int LongestCachedWord = 64, CachedWords = 1 << 16;

    private readonly Dictionary<int, string> _spellings = [];
    private readonly Dictionary<int, byte[]> _bytes = [];
    private readonly int[] _byteIds = new int[256];
    private readonly (int Left, int Right, int Merged)[] _mergeList;
    private readonly PairMerges _merges;
    private readonly Dictionary<string, int> _specials;
    private readonly System.Buffers.SearchValues<string> _specialSearch;
    private readonly ConcurrentDictionary<string, int[]> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _cached;
    private int _cachedWords;

    private BytePairTokenizer(IEnumerable<KeyValuePair<string, int>> vocabulary, (int Left, int Right, int Merged)[] merges, Dictionary<string, int> specials)
    {
        foreach ((string spelling, int id) in vocabulary)
        {
            _spellings.Add(id, spelling);
            byte[] bytes = specials.ContainsKey(spelling) ? Encoding.UTF8.GetBytes(spelling) : ByteAlphabet.Read(spelling)!;
            _bytes.Add(id, bytes);
            Count = Math.Max(Count, id + 1);
            if (bytes.Length == 1 && !specials.ContainsKey(spelling))
            {
                _byteIds[bytes[0]] = id;
            }
        }

        _mergeList = merges;
        _merges = new PairMerges(merges);
        _specials = specials;
        _specialSearch = System.Buffers.SearchValues.Create([.. specials.Keys], StringComparison.Ordinal);
        _cached = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        Specials = new ReadOnlyDictionary<string, int>(specials);
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The special tokens, such as <c>&lt;|endoftext|&gt;</c>, and their ids.</summary>
    public IReadOnlyDictionary<string, int> Specials { get; }

    /// <summary>How a token is written in the vocabulary file: a letter for each byte, Ġ for a space.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string Spelling(int id) => _spellings.TryGetValue(id, out string? spelling) ? spelling : throw NoSuchId(id);

    /// <inheritdoc/>
    /// <remarks>Special tokens are text like any other here, so that no text can smuggle one in: <see cref="EncodeWithSpecials"/> knows them.</remarks>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = new(text.Length / 3);
        Encode(text, ids);
        return [.. ids];
    }

    /// <summary>The ids of a text's tokens, where special tokens written in the text are themselves.</summary>
    /// <remarks>For text that the caller wrote, such as documents put together with <c>&lt;|endoftext|&gt;</c> between them. At the same place the longest special token counts.</remarks>
    public int[] EncodeWithSpecials(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0)
        {
            int at = rest.IndexOfAny(_specialSearch);
            Encode(at < 0 ? rest : rest[..at], ids);
            if (at < 0)
            {
                break;
            }

            rest = rest[at..];
            string special = "";
            foreach (string candidate in _specials.Keys)
            {
                special = candidate.Length > special.Length && rest.StartsWith(candidate, StringComparison.Ordinal) ? candidate : special;
            }

            ids.Add(_specials[special]);
            rest = rest[special.Length..];
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Each token is written as in the vocabulary file, a letter for each byte. A token that is part of a character covers that whole character, and so do the others with the rest of it.
    /// </remarks>
    public IReadOnlyList<Token> Tokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<Token> tokens = [];
        for (int start = 0; start < text.Length;)
        {
            int end = Gpt2WordTokenizer.EndOf(text, start);
            AddTokens(text.AsSpan(start, end - start), start, tokens);
            start = end;
        }

        return tokens;
    }

    /// <inheritdoc/>
    public string Decode(IEnumerable<int> ids) => Encoding.UTF8.GetString(DecodeBytes(ids));

    /// <summary>The UTF-8 bytes that ids stand for. Fewer ids than a character takes give a part of its bytes: text that comes token by token is put together here, and decoded at the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public byte[] DecodeBytes(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using MemoryStream bytes = new();
        foreach (int id in ids)
        {
            bytes.Write(_bytes.TryGetValue(id, out byte[]? piece) ? piece : throw NoSuchId(id));
        }

        return bytes.ToArray();
    }

    private void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = Gpt2WordTokenizer.EndOf(text, start);
            ids.AddRange(Pieces(text[start..end]));
            start = end;
        }
    }

    private ReadOnlySpan<int> Pieces(ReadOnlySpan<char> word)
    {
        if (_cached.TryGetValue(word, out int[]? known))
        {
            return known;
        }

        int[] pieces = new int[Encoding.UTF8.GetByteCount(word)];
        Span<byte> bytes = pieces.Length <= 256 ? stackalloc byte[pieces.Length] : new byte[pieces.Length];
        Encoding.UTF8.GetBytes(word, bytes);
        for (int i = 0; i < pieces.Length; i++)
        {
            pieces[i] = _byteIds[bytes[i]];
        }

        pieces = pieces[.._merges.Apply(pieces)];

        // Words repeat, and most are short. The count may pass the limit by as many as there are threads.
        if (word.Length <= LongestCachedWord && _cachedWords < CachedWords && _cached.TryAdd(word, pieces))
        {
            Interlocked.Increment(ref _cachedWords);
        }

        return pieces;
    }

    private void AddTokens(ReadOnlySpan<char> word, int start, List<Token> tokens)
    {
        int at = 0, bytesBefore = 0, position = 0;
        foreach (int id in Pieces(word))
        {
            int first = position, last = position + _bytes[id].Length - 1;
            position = last + 1;
            int from = start + CharacterOf(word, first, ref at, ref bytesBefore, out _);
            _ = CharacterOf(word, last, ref at, ref bytesBefore, out int end);
            tokens.Add(new Token(_spellings[id], from, start + end));
        }
    }

    /// <summary>Where the character starts and ends that has this byte; bytes are asked for in rising order.</summary>
    private static int CharacterOf(ReadOnlySpan<char> word, int position, ref int at, ref int bytesBefore, out int end)
    {
        while (true)
        {
            bool whole = Rune.DecodeFromUtf16(word[at..], out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            int bytes = whole ? rune.Utf8SequenceLength : Rune.ReplacementChar.Utf8SequenceLength;
            end = at + (whole ? length : 1);
            if (position < bytesBefore + bytes)
            {
                return at;
            }

            (at, bytesBefore) = (end, bytesBefore + bytes);
        }
    }

    private ArgumentOutOfRangeException NoSuchId(int id) => new(nameof(id), id, $"id {id} is not among the {_spellings.Count} of this vocabulary, the largest of which is {Count - 1}");
}
