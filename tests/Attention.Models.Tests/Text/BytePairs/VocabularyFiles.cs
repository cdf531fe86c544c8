using System.Text.Json;

namespace Attention.Models.Tests.Text.BytePairs;

/// <summary>A pair of files in GPT-2's format in a folder of their own, which goes when the test ends.</summary>
internal sealed class VocabularyFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("byte-pairs");

    internal string Vocabulary => Path.Combine(_folder.FullName, "vocab.json");

    internal string Merges => Path.Combine(_folder.FullName, "merges.txt");

    /// <summary>Writes the 256 bytes, what the merges make, and special tokens.</summary>
    internal static VocabularyFiles Of(IReadOnlyList<string> merges, params string[] specials)
    {
        var tokens = Enumerable.Range(0, 256).Select(single => NaiveBytePairs.Letter(single).ToString()).Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))).Concat(specials).Distinct().ToList();
        return Of(JsonSerializer.Serialize(tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id)), string.Join('\n', merges.Prepend("#version: 0.2")) + "\n");
    }

    internal static VocabularyFiles Of(string vocabulary, string merges)
    {
        var files = new VocabularyFiles();
        File.WriteAllText(files.Vocabulary, vocabulary);
        File.WriteAllText(files.Merges, merges);
        return files;
    }

    internal BytePairTokenizer Load(params string[] specials) => BytePairTokenizer.Load(Vocabulary, Merges, specials);

    public void Dispose() => _folder.Delete(recursive: true);
}
