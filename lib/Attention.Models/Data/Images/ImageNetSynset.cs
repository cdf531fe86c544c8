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

    /// <summary>Reads the classes from the devkit's <c>meta.mat</c>, in the order of their ids.</summary>
    /// <param name="path">The file, MATLAB version 5.</param>
    /// <param name="all">Whether the synsets above the classes in WordNet's tree are wanted too.</param>
    /// <exception cref="InvalidDataException">The file is broken, or a synset lacks a field, has no proper WordNet id, or shares its id with another.</exception>
    public static IReadOnlyList<ImageNetSynset> ReadDevkit(string path, bool all = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var synsets = new SortedDictionary<int, ImageNetSynset>();
        int entry = 0;
        foreach (Dictionary<string, MatlabValue> fields in MatlabFile.Read(path, "synsets").Entries)
        {
            entry++;
            ImageNetSynset synset = OfFields(path, entry, fields);
            if (!synsets.TryAdd(synset.Id, synset))
            {
                throw new InvalidDataException(Invariant($"{path}: synset {entry} has the id {synset.Id} of another"));
            }
        }

        return [.. synsets.Values.Where(synset => all || synset.Children.Count == 0)];
    }

    private static ImageNetSynset OfFields(string path, int entry, Dictionary<string, MatlabValue> fields)
    {
        string[] missing = [.. ((string[])["ILSVRC2012_ID", "WNID", "words", "gloss", "children"]).Where(name => !fields.ContainsKey(name))];
        if (missing.Length > 0)
        {
            throw new InvalidDataException(Invariant($"{path}: synset {entry} has no {string.Join(", ", missing)}"));
        }

        double[] id = fields["ILSVRC2012_ID"].Numbers;
        if (id.Length != 1 || id[0] is not (>= 1 and <= int.MaxValue) || !IsWordNetId(fields["WNID"].Text))
        {
            throw new InvalidDataException(Invariant($"{path}: synset {entry}: expected an id from 1 and a WordNet id such as n01440764, got {string.Join(' ', id.Take(3))} and {Quoted.Of(fields["WNID"].Text)}"));
        }

        return new ImageNetSynset((int)id[0], fields["WNID"].Text, fields["words"].Text, fields["gloss"].Text, [.. fields["children"].Numbers.Select(child => (int)child)]);
    }

    /// <summary>The letter n and eight digits.</summary>
    internal static bool IsWordNetId(string text) => text.Length == 9 && text[0] == 'n' && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;
}
