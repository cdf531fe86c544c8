namespace Attention.Models;

/// <summary>Guesses the part of speech of English words from a list of frequent words, from endings, and from the words around.</summary>
/// <remarks>
/// <para>
/// Tags are those of Universal Dependencies (Nivre et al. 2016). The rules are our own and few, in the manner of Brill 1992: first every word is tagged by itself, then some tags change by what stands
/// around them. Of plain sentences such as a lesson has, more than nine words in ten are right: a test holds it to that on sentences tagged by hand, by the same hand that wrote the lists. On other
/// texts it does worse; a trained tagger has 97 in a hundred right there.
/// </para>
/// <para>
/// What it cannot do: a word in neither list nor rules is a noun, so that a verb may pass for one where the clause has another verb; words of two kinds that only meaning tells apart (<c>that</c>,
/// <c>her</c>, <c>light</c>) have their more frequent kind; names are told by their capital alone, and not at the start of a sentence. Words of other languages are nouns.
/// </para>
/// </remarks>
public static partial class SuffixTagger
{
    /// <summary>The tag of each word of a sentence: ADJ, ADP, ADV, AUX, CCONJ, DET, INTJ, NOUN, NUM, PART, PRON, PROPN, PUNCT, SCONJ, SYM or VERB.</summary>
    /// <param name="words">One sentence, word by word, as <see cref="TreebankTokenizer"/> splits it.</param>
    public static string[] Tag(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] tags = [.. words.Select(Alone)];
        for (int at = 0; at < tags.Length; at++)
        {
            tags[at] = InPlace(words, tags, at);
        }

        for (int at = 1; at < tags.Length; at++)
        {
            tags[at] = IsMissingVerb(words, tags, at) ? "VERB" : tags[at];
        }

        return tags;
    }

    /// <summary>The tag of a word by itself.</summary>
    private static string Alone(string word, int at)
    {
        ArgumentNullException.ThrowIfNull(word, "words");
        return Known.TryGetValue(word, out string? known) ? known
            : !word.Any(char.IsLetterOrDigit) ? word.Length > 0 && word.All(mark => char.IsSymbol(mark) || mark == '%') ? "SYM" : "PUNCT"
            : char.IsDigit(word[0]) ? "NUM"
            : at > 0 && char.IsUpper(word[0]) ? "PROPN"
            : Array.Find(Endings, rule => word.Length > rule.Ending.Length + 2 && word.EndsWith(rule.Ending, StringComparison.OrdinalIgnoreCase)).Tag ?? "NOUN";
    }

    /// <summary>The tag of a word among its neighbours; those before it have theirs, those after it as yet only what they have by themselves.</summary>
    private static string InPlace(IReadOnlyList<string> words, string[] tags, int at)
    {
        string tag = tags[at], before = at > 0 ? tags[at - 1] : "", after = at + 1 < tags.Length ? tags[at + 1] : "PUNCT", wordBefore = at > 0 ? words[at - 1].ToLowerInvariant() : "";
        bool open = !Known.ContainsKey(words[at]);
        switch (words[at].ToLowerInvariant())
        {
            case "to":
                return after is "VERB" or "AUX" || (after is "NOUN" && at + 2 < tags.Length && tags[at + 2] is "DET" or "PRON" or "PROPN" or "NUM") ? "PART" : "ADP";
            case "that":
                return before is "VERB" && after is "DET" or "PRON" or "PROPN" ? "SCONJ" : before is "NOUN" || after is "VERB" or "AUX" ? "PRON" : "DET";
            case "before" or "after" or "since" or "until":
                return after == "PRON" && at + 2 < tags.Length && tags[at + 2] is not "PUNCT" ? "SCONJ" : "ADP";
            case "there":
                return after == "AUX" ? "PRON" : "ADV";
            case "have" or "has" or "had" or "do" or "does" or "did" when after is "DET" or "NUM" or "ADJ" or "NOUN" && before != "":
                return "VERB";
        }

        return tag == "NOUN" && open && ((before == "PART" && wordBefore == "to") || (before is "AUX" && Modals.Contains(wordBefore)) || (IsNot(wordBefore) && at > 1 && tags[at - 2] == "AUX")) ? "VERB"
            : tag == "NOUN" && open && before == "PRON" && at > 1 && tags[at - 2] == "AUX" && Modals.Contains(words[at - 2].ToLowerInvariant()) ? "VERB"
            : tag == "NOUN" && open && Subjects.Contains(wordBefore) ? "VERB"
            : tag == "VERB" && open && before is "DET" or "ADJ" ? after == "NOUN" ? "ADJ" : "NOUN"
            : tag;
    }

    /// <summary>Whether a noun must be a verb: it follows what could be a subject, it ends in s or no noun follows it, and its clause has no verb otherwise.</summary>
    private static bool IsMissingVerb(IReadOnlyList<string> words, string[] tags, int at)
    {
        if (tags[at] != "NOUN" || Known.ContainsKey(words[at]) || tags[at - 1] is not ("NOUN" or "PROPN" or "PRON")
            || (at + 1 < tags.Length && (tags[at + 1] is "VERB" or "AUX" or "PART" or "CCONJ" || (tags[at + 1] == "NOUN" && !IsThirdPerson(words[at])))))
        {
            return false;
        }

        int start = at, end = at;
        while (start > 0 && !EndsClause(tags[start - 1]))
        {
            start--;
        }

        while (end < tags.Length && !EndsClause(tags[end]))
        {
            end++;
        }

        return !tags.AsSpan(start, end - start).ContainsAny("VERB", "AUX");
    }

    private static bool IsThirdPerson(string word) => word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal);

    private static bool EndsClause(string tag) => tag is "PUNCT" or "SCONJ" or "CCONJ";

    private static bool IsNot(string word) => word is "not" or "n't" or "never";
}
