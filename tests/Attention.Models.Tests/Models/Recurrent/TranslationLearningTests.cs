namespace Attention.Models.Tests.Models.Recurrent;

/// <summary>What recurrent translators learn, each from one fixed seed and with a wide margin.</summary>
[Collection(Learning.Name)]
public sealed class TranslationLearningTests
{
    private static readonly string[] Specials = ["<pad>", "<start>", "<end>"];

    [Fact]
    public void Luong_OnReverse_IsExactNinetyNineTimesInAHundred()
    {
        var task = SequenceTask.Reverse(symbols: 8, shortest: 2, longest: 6);
        SequenceExample[] training = task.Take(Split.Training, 4000, 1), held = task.Take(Split.Test, 300, 2);
        SequenceToSequence model = new(SequenceToSequenceOptions.Luong(task.VocabularySize, task.VocabularySize) with { Width = 48 }, new(1));

        Train(model, 500, 0.008, [.. training.Select(one => one.Source)], [.. training.Select(one => one.Target)]);

        Assert.InRange(Exact(model, [.. held.Select(one => one.Source)], [.. held.Select(one => one.Target)]), 0.99, 1);
    }

    /// <summary>Two hundred sentences are few enough to be learned by heart; what was learned beside them shows where all that may be said is said at once: two adjectives and a time, or one and a place.</summary>
    [Fact]
    public void Bahdanau_OnSentencesLongerThanTrainedOn_BeatsTheModelWithoutAttention()
    {
        const int Longest = 8;
        AlignedSentence[] training = [.. new TranslationGrammar().Examples(Split.Training, 1).Where(one => one.English.Count <= Longest).Take(200)];
        AlignedSentence[] longer = [.. new TranslationGrammar().Examples(Split.Test, 2).Where(one => one.English.Count > Longest).Take(200)];
        var english = Vocabulary.OfFrequent(training.SelectMany(sentence => sentence.English), specials: Specials);
        var chinese = Vocabulary.OfFrequent(training.SelectMany(sentence => sentence.Chinese), specials: Specials);

        (double known, double with) = Right(SequenceToSequenceOptions.Bahdanau(chinese.Count, english.Count) with { Width = 32 });
        (double knownWithout, double without) = Right(SequenceToSequenceOptions.Sutskever(chinese.Count, english.Count) with { Width = 64 });

        Assert.True(known > 0.98 && knownWithout > 0.98, $"of the sentences they learned from, {known:P0} with attention and {knownWithout:P0} without are right");
        Assert.True(with > 0.75 && with > without + 0.4, $"with attention {with:P0} of longer sentences are right, without {without:P0}");

        (double Known, double Longer) Right(SequenceToSequenceOptions options)
        {
            SequenceToSequence model = new(options, new(1));
            Train(model, 400, 0.01, Sources(training), Targets(training));
            return (Exact(model, Sources(training), Targets(training)), Exact(model, Sources(longer), Targets(longer)));
        }

        int[][] Sources(AlignedSentence[] sentences) => Ids(chinese, sentences, one => one.Chinese);
        int[][] Targets(AlignedSentence[] sentences) => Ids(english, sentences, one => one.English);
    }

    [Fact]
    public void Bahdanau_TranslatingTheCat_LooksAtIt()
    {
        AlignedSentence cat = TranslationGrammar.TheCatSatOnTheMat;
        AlignedSentence[] sentences = [.. new TranslationGrammar().Take(Split.Training, 1500, 1).Where(sentence => sentence.EnglishText != cat.EnglishText)];
        var english = Vocabulary.OfFrequent(sentences.SelectMany(sentence => sentence.English), specials: Specials);
        var chinese = Vocabulary.OfFrequent(sentences.SelectMany(sentence => sentence.Chinese), specials: Specials);
        SequenceToSequence model = new(SequenceToSequenceOptions.Bahdanau(chinese.Count, english.Count) with { Width = 32 }, new(1));
        Train(model, 400, 0.01, Ids(chinese, sentences, one => one.Chinese), Ids(english, sentences, one => one.English));

        DecodedSequence written = model.Translate([chinese.Ids(cat.Chinese)])[0];

        string[] words = english.WordsOf(written.Tokens);
        Assert.Equal(cat.English, words);
        int row = Array.IndexOf(words, "cat"), place = written.Alignment!.ArgMax()[row];
        Assert.Equal("猫", cat.Chinese[place]);
        Assert.InRange(written.Alignment[row, place], 0.5f, 1);
    }

    private static int[][] Ids(Vocabulary vocabulary, AlignedSentence[] sentences, Func<AlignedSentence, IEnumerable<string>> words) =>
        [.. sentences.Select(sentence => vocabulary.Ids(words(sentence)))];

    private static void Train(SequenceToSequence model, int steps, double rate, int[][] sources, int[][] targets)
    {
        Epochs epochs = new(sources.Length, 32, 1);
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(rate, steps, warmUp: 20)) { ClipNorm = 1 };
        Trainer trainer = new(model, optimizer, new() { Steps = steps });
        trainer.Run(Loss, TestContext.Current.CancellationToken);

        Tensor Loss(long step)
        {
            int[] batch = epochs.At(step).ToArray();
            return model.Loss([.. batch.Select(i => sources[i])], [.. batch.Select(i => targets[i])]);
        }
    }

    /// <summary>The share of sequences that are right from the first to the last symbol.</summary>
    private static double Exact(SequenceToSequence model, int[][] sources, int[][] targets) =>
        model.Translate(sources, 20).Zip(targets).Count(pair => pair.First.Tokens.SequenceEqual(pair.Second)) / (double)targets.Length;
}
