namespace Attention.Models;

/// <summary>Guesses the part of speech of English words from a list of function words, from endings, and from the word before.</summary>
/// <remarks>
/// Tags are those of Universal Dependencies (Nivre et al. 2016). The rules are our own and few, in the manner of Brill's first stage (1992): right for most words of plain sentences, and far from a
/// trained tagger's 97 %. Words without a rule are nouns.
/// </remarks>
public static class SuffixTagger
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase);

    private static readonly (string Ending, string Tag)[] Endings =
    [
        ("ly", "ADV"), ("ing", "VERB"), ("ed", "VERB"), ("ous", "ADJ"), ("ful", "ADJ"), ("ive", "ADJ"), ("able", "ADJ"), ("ible", "ADJ"), ("al", "ADJ"), ("ic", "ADJ"), ("less", "ADJ"), ("ish", "ADJ"), ("ize", "VERB"), ("ify", "VERB"),
    ];

    static SuffixTagger()
    {
        Add("DET", "the a an this that these those every each some any no all both");
        Add("PRON", "i you he she it we they me him us them who what which something nothing everyone my your his her its our their");
        Add("ADP", "in on at by with from of for under over after before between into through about against during without near");
        Add("AUX", "is are was were be been am will would can could may might must shall should has have had do does did");
        Add("CCONJ", "and or but nor");
        Add("SCONJ", "because if although while since when");
        Add("PART", "to not n't 's");
        Add("ADV", "very never always often here there now then too again soon today");
        Add("ADJ", "good bad big small old new young long short red green blue black white happy sad quick slow warm cold");
        Add("VERB", "sat ran went saw made took came gave said knew found left wrote read spoke ate slept sleeps sits reads runs sees likes loves wants");
        Add("NUM", "one two three four five six seven eight nine ten");
    }

    /// <summary>The tag of each word of a sentence: ADJ, ADP, ADV, AUX, CCONJ, DET, NOUN, NUM, PART, PRON, PROPN, PUNCT, SCONJ or VERB.</summary>
    /// <param name="words">One sentence, word by word, as <see cref="TreebankTokenizer"/> splits it.</param>
    public static string[] Tag(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] tags = new string[words.Count];
        for (int at = 0; at < tags.Length; at++)
        {
            tags[at] = Tag(words[at], at, at == 0 ? "" : tags[at - 1], at == 0 ? "" : words[at - 1]);
        }

        return tags;
    }

    private static string Tag(string word, int at, string before, string wordBefore)
    {
        if (Words.TryGetValue(word, out string? known))
        {
            return known;
        }

        string ending = Array.Find(Endings, rule => word.Length > rule.Ending.Length + 2 && word.EndsWith(rule.Ending, StringComparison.OrdinalIgnoreCase)).Tag ?? "NOUN";
        return !word.Any(char.IsLetterOrDigit) ? "PUNCT"
            : char.IsDigit(word[0]) ? "NUM"
            : at > 0 && char.IsUpper(word[0]) ? "PROPN"
            : ending == "NOUN" && (wordBefore is "to" or "n't" || (before == "AUX" && wordBefore is "will" or "would" or "can" or "could" or "may" or "might" or "must" or "should")) ? "VERB"
            : ending == "VERB" && before == "DET" ? "NOUN"
            : ending;
    }

    private static void Add(string tag, string words)
    {
        foreach (string word in words.Split(' '))
        {
            Words[word] = tag;
        }
    }
}
