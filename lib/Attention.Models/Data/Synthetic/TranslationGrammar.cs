namespace Attention.Models;

/// <summary>A small grammar that says the same in English, Chinese and French, and knows which word says what.</summary>
/// <remarks>
/// Sentences such as “The black cat slept under the table yesterday.” Chinese has no articles, puts the time first and encloses a place (在桌子下); French has two genders, which
/// articles, adjectives and some verbs follow, and puts colours after the noun. So words move, appear and vanish, as they do in real translation.
/// </remarks>
public sealed class TranslationGrammar : SyntheticTask<AlignedSentence>
{
    private sealed record Noun(string English, string Chinese, string French, bool Feminine);

    private sealed record Adjective(string English, string Chinese, string Masculine, string Feminine, bool AfterNoun);

    /// <summary>What is said of a participle: whether it takes an e for a feminine subject.</summary>
    private sealed record Verb(string English, string Chinese, string Auxiliary, string Participle, bool Agrees);

    /// <summary>A word of a sentence and what it stands for, by which the words of two languages are matched.</summary>
    private readonly record struct Word(string Text, string Role);

    private static readonly Noun[] s_subjects =
    [
        new("cat", "猫", "chat", false), new("dog", "狗", "chien", false), new("girl", "女孩", "fille", true), new("boy", "男孩", "garçon", false), new("mouse", "老鼠", "souris", true),
        new("horse", "马", "cheval", false), new("cow", "牛", "vache", true), new("teacher", "老师", "professeur", false), new("frog", "青蛙", "grenouille", true),
        new("fox", "狐狸", "renard", false), new("rabbit", "兔子", "lapin", false), new("sheep", "绵羊", "mouton", false),
    ];

    private static readonly Noun[] s_places =
    [
        new("mat", "垫子", "tapis", false), new("table", "桌子", "table", true), new("chair", "椅子", "chaise", true), new("bed", "床", "lit", false), new("box", "箱子", "boîte", true),
        new("car", "车", "voiture", true), new("bench", "长椅", "banc", false), new("sofa", "沙发", "canapé", false),
    ];

    private static readonly Adjective[] s_adjectives =
    [
        new("small", "小", "petit", "petite", false), new("big", "大", "grand", "grande", false), new("old", "老", "vieux", "vieille", false),
        new("black", "黑", "noir", "noire", true), new("white", "白", "blanc", "blanche", true),
    ];

    private static readonly Verb[] s_resting =
        [new("sat", "坐", "s'est", "assis", true), new("lay", "躺", "s'est", "couché", true), new("slept", "睡", "a", "dormi", false), new("jumped", "跳", "a", "sauté", false)];

    private static readonly Verb[] s_acting =
        [new("saw", "看见", "a", "vu", false), new("heard", "听见", "a", "entendu", false), new("followed", "跟着", "a", "suivi", false), new("chased", "追", "a", "poursuivi", false)];

    private static readonly (string English, string Chinese, string French)[] s_positions = [("on", "上", "sur"), ("under", "下", "sous"), ("behind", "后", "derrière")];

    /// <summary>The sentence that the course follows: “The cat sat on the mat.”, 猫坐在垫子上。, “Le chat s'est assis sur le tapis.”</summary>
    public static AlignedSentence TheCatSatOnTheMat { get; } = Resting(s_subjects[0], null, s_resting[0], 0, s_places[0], yesterday: false);

    /// <inheritdoc/>
    protected override AlignedSentence Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Noun subject = s_subjects[random.NextInt(s_subjects.Length)];
        Adjective? adjective = Perhaps(random);
        bool yesterday = random.NextInt(3) == 0;
        return random.NextInt(2) == 0
            ? Resting(subject, adjective, s_resting[random.NextInt(s_resting.Length)], random.NextInt(s_positions.Length), s_places[random.NextInt(s_places.Length)], yesterday)
            : Acting(subject, adjective, s_acting[random.NextInt(s_acting.Length)], s_subjects[random.NextInt(s_subjects.Length)], Perhaps(random), yesterday);
    }

    /// <inheritdoc/>
    protected override string Key(AlignedSentence example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.EnglishText;
    }

    private static Adjective? Perhaps(RandomSource random) => random.NextInt(2) == 0 ? s_adjectives[random.NextInt(s_adjectives.Length)] : null;

    private static AlignedSentence Resting(Noun subject, Adjective? adjective, Verb verb, int position, Noun place, bool yesterday)
    {
        (string english, string chinese, string french) = s_positions[position];
        return Sentence(
            [.. English(subject, adjective, "subject"), new(verb.English, "verb"), new(english, "position"), .. English(place, null, "place")],
            [.. Chinese(subject, adjective, "subject"), new(verb.Chinese, "verb"), new("在", "position"), .. Chinese(place, null, "place"), new(chinese, "position")],
            [.. French(subject, adjective, "subject"), .. French(verb, subject), new(french, "position"), .. French(place, null, "place")],
            yesterday);
    }

    private static AlignedSentence Acting(Noun subject, Adjective? adjective, Verb verb, Noun target, Adjective? targetAdjective, bool yesterday) => Sentence(
        [.. English(subject, adjective, "subject"), new(verb.English, "verb"), .. English(target, targetAdjective, "object")],
        [.. Chinese(subject, adjective, "subject"), new(verb.Chinese, "verb"), .. Chinese(target, targetAdjective, "object")],
        [.. French(subject, adjective, "subject"), .. French(verb, subject), .. French(target, targetAdjective, "object")],
        yesterday);

    private static AlignedSentence Sentence(Word[] english, Word[] chinese, Word[] french, bool yesterday)
    {
        english = [.. english, .. yesterday ? [new Word("yesterday", "time")] : (Word[])[], new(".", "mark")];
        chinese = [.. yesterday ? [new Word("昨天", "time")] : (Word[])[], .. chinese, new("。", "mark")];
        french = [.. french, .. yesterday ? [new Word("hier", "time")] : (Word[])[], new(".", "mark")];
        return new AlignedSentence(Capitalised(english), [.. chinese.Select(word => word.Text)], Capitalised(french), Aligned(english, chinese), Aligned(english, french));
    }

    private static Word[] English(Noun noun, Adjective? adjective, string role) =>
        [new("the", $"{role} article"), .. adjective is null ? (Word[])[] : [new(adjective.English, $"{role} adjective")], new(noun.English, role)];

    private static Word[] Chinese(Noun noun, Adjective? adjective, string role) => [.. adjective is null ? (Word[])[] : [new(adjective.Chinese, $"{role} adjective")], new(noun.Chinese, role)];

    private static Word[] French(Noun noun, Adjective? adjective, string role)
    {
        Word[] adjectives = adjective is null ? [] : [new(noun.Feminine ? adjective.Feminine : adjective.Masculine, $"{role} adjective")];
        bool after = adjective?.AfterNoun ?? false;
        return [new(noun.Feminine ? "la" : "le", $"{role} article"), .. after ? [] : adjectives, new(noun.French, role), .. after ? adjectives : []];
    }

    private static Word[] French(Verb verb, Noun subject) => [new(verb.Auxiliary, "verb"), new(verb.Agrees && subject.Feminine ? verb.Participle + "e" : verb.Participle, "verb")];

    private static string[] Capitalised(Word[] words) => [.. words.Select((word, place) => place == 0 ? char.ToUpperInvariant(word.Text[0]) + word.Text[1..] : word.Text)];

    private static (int, int)[] Aligned(Word[] first, Word[] second) =>
        [.. first.SelectMany((word, i) => second.Select((other, j) => (word.Role, other.Role, i, j))).Where(pair => pair.Item1 == pair.Item2).Select(pair => (pair.i, pair.j))];
}
