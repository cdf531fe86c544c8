using System.Text;
using System.Text.Json;

namespace Attention.Models;

public sealed partial class BytePairTokenizer
{
    private const string Version = "#version: 0.2";

    /// <summary>Reads the two files of a vocabulary in GPT-2's format.</summary>
    /// <param name="vocabularyPath"><c>vocab.json</c> (<c>encoder.json</c> in the first release): an object with the id of each token.</param>
    /// <param name="mergesPath"><c>merges.txt</c> (<c>vocab.bpe</c>): a version line, then two tokens per line that merge, the first to merge first.</param>
    /// <param name="specials">Tokens of the vocabulary that are no pieces of text, such as <c>&lt;|endoftext|&gt;</c>.</param>
    /// <exception cref="InvalidDataException">A file is not what it should be; the message has the file, the line and what is wrong.</exception>
    public static BytePairTokenizer Load(string vocabularyPath, string mergesPath, IReadOnlyList<string>? specials = null)
    {
        specials ??= [];
        Dictionary<string, int> vocabulary = ReadVocabulary(vocabularyPath, specials);
        Dictionary<string, int> special = new(StringComparer.Ordinal);
        foreach (string name in specials)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(specials));
            special[name] = vocabulary.TryGetValue(name, out int id) ? id : throw new InvalidDataException($"{vocabularyPath}: the special token \"{name}\" is missing");
        }

        foreach (byte single in ByteAlphabet.Order)
        {
            if (!vocabulary.ContainsKey(ByteAlphabet.Spell([single])))
            {
                throw new InvalidDataException($"{vocabularyPath}: byte {single}, written \"{ByteAlphabet.Spell([single])}\", has no token: each byte needs one, or some texts had none");
            }
        }

        return new BytePairTokenizer(vocabulary, ReadMerges(mergesPath, vocabulary), special);
    }

    /// <summary>Writes the two files of the vocabulary in GPT-2's format. Each is replaced in one step.</summary>
    /// <param name="vocabularyPath"><c>vocab.json</c>.</param>
    /// <param name="mergesPath"><c>merges.txt</c>.</param>
    public void Save(string vocabularyPath, string mergesPath)
    {
        AtomicFile.Write(vocabularyPath, stream =>
        {
            using Utf8JsonWriter writer = new(stream);
            writer.WriteStartObject();
            foreach ((int id, string spelling) in _spellings.OrderBy(token => token.Key))
            {
                writer.WriteNumber(spelling, id);
            }

            writer.WriteEndObject();
        });
        AtomicFile.WriteLines(mergesPath, _mergeList.Select(merge => $"{_spellings[merge.Left]} {_spellings[merge.Right]}").Prepend(Version));
    }

    private static Dictionary<string, int> ReadVocabulary(string path, IReadOnlyList<string> specials)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadOnlySpan<byte> json = File.ReadAllBytes(path);
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        Utf8JsonReader reader = new(json);
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        Dictionary<int, string> tokens = [];
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new FormatException("expected an object with the id of each token");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string token = reader.GetString()!;
                reader.Read();
                int id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number) ? number : -1;
                string? fault = token.Length == 0 ? "a token is empty"
                    : id is < 0 or int.MaxValue ? $"the id of {Quoted.Of(token)} is not a whole number from 0 to {int.MaxValue - 1}"
                    : ByteAlphabet.Read(token) is null && !specials.Contains(token, StringComparer.Ordinal) ? $"{Quoted.Of(token)} has a letter that stands for no byte, and is not named as special"
                    : !ids.TryAdd(token, id) ? $"{Quoted.Of(token)} has an id already, {ids[token]}"
                    : !tokens.TryAdd(id, token) ? $"{id} is the id of {Quoted.Of(tokens[id])} already"
                    : null;
                if (fault is not null)
                {
                    throw new FormatException(fault);
                }
            }

            reader.Read();
            return ids;
        }
        catch (JsonException malformed)
        {
            throw TextLines.Bad(path, (malformed.LineNumber ?? 0) + 1, $"no valid JSON: {Quoted.Reason(malformed)}");
        }
        catch (Exception malformed) when (malformed is FormatException or InvalidOperationException)
        {
            throw TextLines.Bad(path, 1 + json[..(int)reader.TokenStartIndex].Count((byte)'\n'), malformed.Message, malformed);
        }
    }

    private static (int Left, int Right, int Merged)[] ReadMerges(string path, Dictionary<string, int> vocabulary)
    {
        List<(int Left, int Right, int Merged)> merges = [];
        Dictionary<(int, int), int> lines = [];
        foreach ((int number, string line) in TextLines.Read(path))
        {
            if (number == 1 && line.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }

            string[] halves = line.Split(' ');
            if (halves.Length != 2 || halves[0].Length == 0 || halves[1].Length == 0)
            {
                throw TextLines.Bad(path, number, $"expected two tokens with a space between them, got {Quoted.Of(line)}");
            }

            string? missing = Array.Find([.. halves, halves[0] + halves[1]], token => !vocabulary.ContainsKey(token));
            if (missing is not null)
            {
                throw TextLines.Bad(path, number, $"{Quoted.Of(missing)} is not in the vocabulary");
            }

            (int Left, int Right) pair = (vocabulary[halves[0]], vocabulary[halves[1]]);
            if (!lines.TryAdd(pair, number))
            {
                throw TextLines.Bad(path, number, $"{Quoted.Of(line)} stands on line {lines[pair]} already");
            }

            merges.Add((pair.Left, pair.Right, vocabulary[halves[0] + halves[1]]));
        }

        return [.. merges];
    }
}
