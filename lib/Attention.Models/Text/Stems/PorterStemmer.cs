namespace Attention.Models;

/// <summary>Takes the endings off English words, so that forms of a word meet: connected, connecting and connection become connect. A stem need not be a word.</summary>
/// <remarks>
/// Porter 1980, "An algorithm for suffix stripping". Five steps, in each of which the longest ending that matches decides, whether its condition holds or not. A condition speaks of what stands
/// before the ending: its measure m counts the sequences of vowels followed by consonants, in tree 0, in trouble 1, in private 2. y is a vowel after a consonant.
/// Words become lower-case first; what is no English letter counts as a consonant, so that Chinese stays as it is.
/// </remarks>
public static class PorterStemmer
{
    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["sky"] = "sky", ["skies"] = "sky", ["dying"] = "die", ["lying"] = "lie", ["tying"] = "tie", ["news"] = "news", ["innings"] = "inning", ["inning"] = "inning",
        ["outings"] = "outing", ["outing"] = "outing", ["cannings"] = "canning", ["canning"] = "canning", ["howe"] = "howe", ["proceed"] = "proceed", ["exceed"] = "exceed", ["succeed"] = "succeed",
    };

    private static readonly (string Ending, string Replacement)[] Step1a = [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")];

    private static readonly (string Ending, string Replacement)[] Step2 =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"),
        ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    private static readonly (string Ending, string Replacement)[] Step2Martin = [.. Step2.Select(rule => rule.Ending == "abli" ? ("bli", "ble") : rule), ("logi", "log")];

    private static readonly (string Ending, string Replacement)[] Step2Nltk = [.. Step2Martin[..^1], ("fulli", "ful")];

    private static readonly (string Ending, string Replacement)[] Step3 = [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Step4 =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>The stem of a word.</summary>
    /// <param name="word">One word.</param>
    /// <param name="variant">Which rules to follow.</param>
    public static string Stem(string word, PorterVariant variant = PorterVariant.Original)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (!Enum.IsDefined(variant))
        {
            throw new ArgumentOutOfRangeException(nameof(variant), variant, "no such variant");
        }

        string stem = word.ToLowerInvariant();
        if (variant == PorterVariant.Nltk && Irregular.TryGetValue(stem, out string? irregular))
        {
            return irregular;
        }

        if (variant != PorterVariant.Original && stem.Length <= 2)
        {
            return stem;
        }

        stem = Plural(stem, variant);
        stem = PastAndProgressive(stem, variant);
        stem = EndingY(stem, variant);
        stem = DoubleSuffix(stem, variant);
        stem = Replace(stem, Step3, before => Measure(before) > 0);
        stem = Replace(stem, Step4.Select(ending => (ending, "")), before => Measure(before) > 1, ending => ending != "ion", before => before[^1] is 's' or 't');
        return FinalEAndL(stem, variant);
    }

    private static string Plural(string word, PorterVariant variant) =>
        variant == PorterVariant.Nltk && word.Length == 4 && word.EndsWith("ies", StringComparison.Ordinal) ? word[..^1] : Replace(word, Step1a, _ => true);

    private static string PastAndProgressive(string word, PorterVariant variant)
    {
        if (variant == PorterVariant.Nltk && word.EndsWith("ied", StringComparison.Ordinal))
        {
            return word.Length == 4 ? word[..^1] : word[..^2];
        }

        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word[..^3]) > 0 ? word[..^1] : word;
        }

        string before = word.EndsWith("ed", StringComparison.Ordinal) ? word[..^2] : word.EndsWith("ing", StringComparison.Ordinal) ? word[..^3] : "";
        return !HasVowel(before) ? word
            : before.EndsWith("at", StringComparison.Ordinal) || before.EndsWith("bl", StringComparison.Ordinal) || before.EndsWith("iz", StringComparison.Ordinal) ? before + "e"
            : EndsInDoubleConsonant(before) ? before[^1] is 'l' or 's' or 'z' ? before : before[..^1]
            : Measure(before) == 1 && EndsLikeHop(before, variant) ? before + "e"
            : before;
    }

    private static string EndingY(string word, PorterVariant variant)
    {
        if (!word.EndsWith('y'))
        {
            return word;
        }

        string before = word[..^1];
        bool becomesI = variant == PorterVariant.Nltk ? before.Length > 1 && IsConsonant(before, before.Length - 1) : HasVowel(before);
        return becomesI ? before + "i" : word;
    }

    private static string DoubleSuffix(string word, PorterVariant variant)
    {
        if (variant == PorterVariant.Original)
        {
            return Replace(word, Step2, before => Measure(before) > 0);
        }

        if (variant == PorterVariant.Martin)
        {
            return Replace(word, Step2Martin, before => Measure(before) > 0);
        }

        if (word.EndsWith("alli", StringComparison.Ordinal) && Measure(word[..^4]) > 0)
        {
            return DoubleSuffix(word[..^2], variant);
        }

        // NLTK counts the l to what stands before, so that geologi becomes geolog as archaeologi becomes archaeolog.
        return word.EndsWith("logi", StringComparison.Ordinal) ? Measure(word[..^3]) > 0 ? word[..^1] : word : Replace(word, Step2Nltk, before => Measure(before) > 0);
    }

    private static string FinalEAndL(string word, PorterVariant variant)
    {
        if (word.EndsWith('e'))
        {
            string before = word[..^1];
            int measure = Measure(before);
            word = measure > 1 || (measure == 1 && !EndsLikeHop(before, variant)) ? before : word;
        }

        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word[..^1]) > 1 ? word[..^1] : word;
    }

    /// <summary>The word with its longest ending of the list replaced, if the condition holds for what stands before it.</summary>
    private static string Replace(string word, IEnumerable<(string Ending, string Replacement)> rules, Func<string, bool> condition, Func<string, bool>? free = null, Func<string, bool>? bound = null)
    {
        (string ending, string replacement) = rules.Where(rule => word.EndsWith(rule.Ending, StringComparison.Ordinal)).OrderByDescending(rule => rule.Ending.Length).FirstOrDefault(("", ""));
        if (ending.Length == 0)
        {
            return word;
        }

        string before = word[..^ending.Length];
        return condition(before) && (free is null || free(ending) || bound!(before)) ? before + replacement : word;
    }

    /// <summary>How many sequences of vowels are followed by a consonant: m of [C](VC)^m[V].</summary>
    private static int Measure(string letters)
    {
        int measure = 0;
        bool afterVowel = false;
        for (int at = 0; at < letters.Length; at++)
        {
            bool consonant = IsConsonant(letters, at, afterVowel);
            measure += consonant && afterVowel ? 1 : 0;
            afterVowel = !consonant;
        }

        return measure;
    }

    private static bool HasVowel(string letters)
    {
        bool vowel = false;
        for (int at = 0; at < letters.Length && !vowel; at++)
        {
            vowel = !IsConsonant(letters, at, afterVowel: false);
        }

        return vowel;
    }

    private static bool EndsInDoubleConsonant(string letters) => letters.Length >= 2 && letters[^1] == letters[^2] && IsConsonant(letters, letters.Length - 1);

    /// <summary>Whether the last three letters are consonant, vowel, consonant, the last one neither w, x nor y; to NLTK vowel and consonant alone will do.</summary>
    private static bool EndsLikeHop(string letters, PorterVariant variant)
    {
        int last = letters.Length - 1;
        return (last >= 2 && IsConsonant(letters, last - 2) && !IsConsonant(letters, last - 1) && IsConsonant(letters, last) && letters[last] is not ('w' or 'x' or 'y'))
            || (variant == PorterVariant.Nltk && last == 1 && !IsConsonant(letters, 0) && IsConsonant(letters, 1));
    }

    // A run of y alternates: it is a consonant at the start and after a vowel.
    private static bool IsConsonant(string letters, int at)
    {
        int first = at;
        while (first > 0 && letters[first] == 'y')
        {
            first--;
        }

        bool consonant = IsConsonant(letters, first, afterVowel: false);
        for (int i = first + 1; i <= at; i++)
        {
            consonant = !consonant;
        }

        return consonant;
    }

    private static bool IsConsonant(string letters, int at, bool afterVowel) => letters[at] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => at == 0 || afterVowel,
        _ => true,
    };
}
