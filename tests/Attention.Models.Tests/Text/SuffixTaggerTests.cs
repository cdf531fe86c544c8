namespace Attention.Models.Tests.Text;

public sealed class SuffixTaggerTests
{
    /// <summary>Sentences that were tagged by hand after the rules were written, and not looked at to change them.</summary>
    private static readonly string[] HeldOut =
    [
        "The/DET farmer/NOUN carried/VERB a/DET heavy/ADJ basket/NOUN to/ADP the/DET market/NOUN ./PUNCT",
        "Our/PRON teacher/NOUN quickly/ADV answered/VERB every/DET difficult/ADJ question/NOUN ./PUNCT",
        "They/PRON will/AUX visit/VERB Paris/PROPN in/ADP 2019/NUM ,/PUNCT but/CCONJ she/PRON stays/VERB here/ADV ./PUNCT",
        "A/DET curious/ADJ child/NOUN found/VERB three/NUM shells/NOUN near/ADP the/DET beach/NOUN ./PUNCT",
        "He/PRON wants/VERB to/PART build/VERB a/DET wooden/ADJ boat/NOUN because/SCONJ he/PRON loves/VERB rivers/NOUN ./PUNCT",
        "Birds/NOUN sing/VERB when/SCONJ the/DET sun/NOUN rises/VERB over/ADP the/DET hills/NOUN ./PUNCT",
        "Did/AUX you/PRON see/VERB the/DET beautiful/ADJ painting/NOUN ?/PUNCT",
        "The/DET company/NOUN could/AUX not/PART pay/VERB its/PRON workers/NOUN ./PUNCT",
    ];

    [Fact]
    public void Tag_OfHeldOutSentences_IsRightForMostWords()
    {
        int right = 0, all = 0;
        foreach (string sentence in HeldOut)
        {
            string[][] pairs = [.. sentence.Split(' ').Select(pair => new[] { pair[..pair.LastIndexOf('/')], pair[(pair.LastIndexOf('/') + 1)..] })];
            string[] tags = SuffixTagger.Tag([.. pairs.Select(pair => pair[0])]);
            right += tags.Zip(pairs).Count(tag => tag.First == tag.Second[1]);
            all += tags.Length;
        }

        Assert.True(right >= 0.8 * all, $"{right} of {all}");
    }

    [Fact]
    public void Tag_OfASentence_FollowsTheRules() =>
        Assert.Equal(["DET", "NOUN", "VERB", "ADP", "DET", "NOUN", "PUNCT", "NOUN", "NUM"], SuffixTagger.Tag(["The", "cat", "sat", "on", "the", "mat", ".", "猫", "3"]));

    [Fact]
    public void Tag_OfOddWords_IsATag()
    {
        Assert.All(SuffixTagger.Tag([.. HostileText.Each()]), tag => Assert.NotEmpty(tag));
        Assert.Empty(SuffixTagger.Tag([]));
        Assert.Throws<ArgumentNullException>(() => SuffixTagger.Tag(null!));
    }
}
