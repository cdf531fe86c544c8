using System.Text;

namespace Attention.Models;

public sealed partial class Vocabulary
{
    /// <summary>Writes the words to a file of UTF-8 text, a line each in the order of their ids: the layout of BERT's <c>vocab.txt</c>.</summary>
    /// <remarks>The file is replaced in one step: whoever reads it sees the old words or the new ones, and a failure leaves the old ones.</remarks>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">A word is empty, has a line break or a lone surrogate in it, or is the first and starts with a byte-order mark, which such a file cannot hold.</exception>
    public void Save(string path)
    {
        for (int id = 0; id < Count; id++)
        {
            if (_words[id].Length == 0 || (id == 0 && _words[id][0] == '\uFEFF') || _words[id].AsSpan().ContainsAny('\r', '\n') || !IsWellFormed(_words[id]))
            {
                throw new InvalidOperationException($"word {id} is empty, has a line break or half a surrogate pair in it, or starts the file with a byte-order mark: a file with a word per line cannot hold it");
            }
        }

        AtomicFile.WriteLines(path, _words);
    }

    /// <summary>Reads the words from a file of UTF-8 text with one word per line; the first line has id 0.</summary>
    /// <param name="path">The file.</param>
    /// <param name="unknown">The word among them that stands for all others, such as <c>[UNK]</c>; null: a word that is not known is an error.</param>
    /// <exception cref="InvalidDataException">The file is not UTF-8, a line is empty, a word stands there twice, or the unknown word is missing; the message has the file and the line.</exception>
    public static Vocabulary Load(string path, string? unknown = null)
    {
        List<string> words = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        foreach ((int line, string word) in TextLines.Read(path))
        {
            if (word.Length == 0)
            {
                throw TextLines.Bad(path, line, "expected a word, got an empty line");
            }

            if (!lines.TryAdd(word, line))
            {
                throw TextLines.Bad(path, line, $"{Quoted.Of(word)} stands on line {lines[word]} already");
            }

            words.Add(word);
        }

        return unknown is null || lines.ContainsKey(unknown)
            ? new Vocabulary(words, unknown)
            : throw new InvalidDataException($"{path}: \"{unknown}\", which is to stand for unknown words, is not among its {words.Count} words");
    }

    /// <summary>Whether the text can be written as UTF-8: every surrogate has its other half.</summary>
    private static bool IsWellFormed(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
