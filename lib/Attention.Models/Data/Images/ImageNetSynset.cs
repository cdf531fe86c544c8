using static System.FormattableString;

namespace Attention.Models;

/// <summary>A class of ImageNet: a set of words that mean the same.</summary>
/// <param name="Id">Its number in the devkit, the ILSVRC2012_ID, counted from 1.</param>
/// <param name="WordNetId">Its name in WordNet, such as n01440764.</param>
/// <param name="Words">The words, separated by commas: <c>tench, Tinca tinca</c>.</param>
/// <param name="Gloss">What they mean; empty where the file does not say.</param>
/// <param name="Children">The ids of the synsets below it in WordNet's tree; none for a class to be told apart.</param>
public sealed record ImageNetSynset(int Id, string WordNetId, string Words, string Gloss, IReadOnlyList<int> Children)
{
    /// <summary>Reads a list of synsets: on each line a WordNet id, a space, and the words, as in <c>LOC_synset_mapping.txt</c> and <c>synset_words.txt</c>; ids count the lines.</summary>
    /// <exception cref="InvalidDataException">A line has no such form, or a WordNet id comes twice.</exception>
    public static IReadOnlyList<ImageNetSynset> ReadList(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        List<ImageNetSynset> synsets = [];
        foreach ((int line, string text) in TextLines.Read(path))
        {
            string[] parts = text.Split([' ', '\t'], 2);
            if (!IsWordNetId(parts[0]) || parts.Length < 2 || parts[1].Trim().Length == 0)
            {
                throw TextLines.Bad(path, line, $"expected a WordNet id such as n01440764, a space and words, got {Quoted.Of(text)}");
            }

            if (!seen.TryAdd(parts[0], line))
            {
                throw TextLines.Bad(path, line, Invariant($"{parts[0]} was in line {seen[parts[0]]} already"));
            }

            synsets.Add(new ImageNetSynset(line, parts[0], parts[1].Trim(), "", []));
        }

        return synsets;
    }

    /// <summary>The letter n and eight digits.</summary>
    internal static bool IsWordNetId(string text) => text.Length == 9 && text[0] == 'n' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
