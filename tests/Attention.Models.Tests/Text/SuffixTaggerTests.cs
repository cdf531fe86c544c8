namespace Attention.Models.Tests.Text;

public sealed class SuffixTaggerTests
{
    /// <summary>All sentences of tagged.txt were tagged by hand before the rules were written; those from here on were not looked at to mend them.</summary>
    private const int FirstHeldOut = 16;

    private static readonly string[] Sentences = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Text", "tagged.txt"));

    [Theory]
    [InlineData(0, FirstHeldOut, 0.95)]
    [InlineData(FirstHeldOut, 32, 0.9)]
    public void Tag_OfSentencesTaggedByHand_IsRightForMostWords(int from, int to, double share)
    {
        Assert.Equal(32, Sentences.Length);
        int all = 0;
        List<string> wrong = [];
        foreach (string sentence in Sentences[from..to])
        {
            (string Word, string Tag)[] words = [.. sentence.Split(' ').Select(pair => (pair[..pair.LastIndexOf('/')], pair[(pair.LastIndexOf('/') + 1)..]))];
            string[] tags = SuffixTagger.Tag([.. words.Select(word => word.Word)]);
            wrong.AddRange(tags.Zip(words).Where(tag => tag.First != tag.Second.Tag).Select(tag => $"{tag.Second.Word}/{tag.First} for {tag.Second.Tag}"));
            all += tags.Length;
        }

        Assert.True(all - wrong.Count >= share * all, $"{all - wrong.Count} of {all}: {string.Join(", ", wrong)}");
    }

    /// <summary>What T4 asks of the pipeline: a text in sentences, words with offsets, tags.</summary>
    [Fact]
    public void Tag_BehindTheTokenizers_TagsATextByItsPlaces()
    {
        const string text = "The cat sat on the mat. It didn't move!";

        string[] tagged = [.. SentenceSplitter.Tokens(text).SelectMany(sentence =>
        {
            Token[] words = [.. TreebankTokenizer.Tokens(sentence.Text)];
            return words.Zip(SuffixTagger.Tag([.. words.Select(word => word.Text)]), (word, tag) => $"{text[(sentence.Start + word.Start)..(sentence.Start + word.End)]}/{tag}");
        })];

        Assert.Equal("The/DET cat/NOUN sat/VERB on/ADP the/DET mat/NOUN ./PUNCT It/PRON did/AUX n't/PART move/VERB !/PUNCT", string.Join(' ', tagged));
    }

    [Theory]
    [InlineData("I want to paint the wall", "PRON VERB PART VERB DET NOUN")]
    [InlineData("We went to school", "PRON VERB ADP NOUN")]
    [InlineData("Dogs bark", "NOUN VERB")]
    [InlineData("Dogs bark because cats purr", "NOUN VERB SCONJ NOUN VERB")]
    [InlineData("He blinks", "PRON VERB")]
    [InlineData("the old teacher teaches mathematics", "DET ADJ NOUN VERB NOUN")]
    [InlineData("the glass factory burned", "DET NOUN NOUN VERB")]
    [InlineData("the glass door opened slowly", "DET NOUN NOUN VERB ADV")]
    [InlineData("I love programming", "PRON VERB NOUN")]
    [InlineData("The painted door", "DET ADJ NOUN")]
    [InlineData("The painting", "DET NOUN")]
    [InlineData("Could you lift it ?", "AUX PRON VERB PRON PUNCT")]
    [InlineData("They must not enter", "PRON AUX PART VERB")]
    [InlineData("I saw birds , not planes", "PRON VERB NOUN PUNCT PART NOUN")]
    [InlineData("He bought the dog food", "PRON VERB DET NOUN NOUN")]
    [InlineData("Do not enter", "AUX PART VERB")]
    [InlineData("It was butter", "PRON AUX NOUN")]
    [InlineData("Did the horse sleep ?", "AUX DET NOUN VERB PUNCT")]
    [InlineData("the village people .", "DET NOUN NOUN PUNCT")]
    [InlineData("the window glass door creaks", "DET NOUN NOUN NOUN VERB")]
    [InlineData("the kitchen table and the chair broke", "DET NOUN NOUN CCONJ DET NOUN VERB")]
    [InlineData("They have two cars", "PRON VERB NUM NOUN")]
    [InlineData("They have not slept", "PRON AUX PART VERB")]
    [InlineData("I hope that she wins", "PRON VERB SCONJ PRON VERB")]
    [InlineData("The book that fell", "DET NOUN PRON VERB")]
    [InlineData("that book", "DET NOUN")]
    [InlineData("It stopped before noon", "PRON VERB ADP NOUN")]
    [InlineData("It stopped before we came", "PRON VERB SCONJ PRON VERB")]
    [InlineData("There is 5 % left + $ 3", "PRON AUX NUM SYM VERB SYM SYM NUM")]
    [InlineData("猫 sat in Rome , 1st", "NOUN VERB ADP PROPN PUNCT NUM")]
    public void Tag_OfAFewWords_FollowsTheRules(string words, string tags) => Assert.Equal(tags, string.Join(' ', SuffixTagger.Tag(words.Split(' '))));

    [Fact]
    public void Tag_OfOddWords_IsATag()
    {
        Assert.All(SuffixTagger.Tag([.. HostileText.Each()]), tag => Assert.NotEmpty(tag));
        Assert.All(SuffixTagger.Tag(["", " ", "to", ""]), tag => Assert.NotEmpty(tag));
        Assert.Empty(SuffixTagger.Tag([]));
        Assert.Throws<ArgumentNullException>(() => SuffixTagger.Tag(null!));
        Assert.Throws<ArgumentNullException>(() => SuffixTagger.Tag([null!]));
    }
}
