namespace Attention.Models.Tests.Models.Transformers;

/// <summary>What training on text alone is good for, from one fixed seed and with a wide margin.</summary>
[Collection(Learning.Name)]
public sealed class PretrainingLearningTests
{
    private const int Mask = 0, First = 1, Words = 12, Glad = 2, Sad = Glad + Words, Plain = Sad + Words, Vocabulary = Plain + Words, Length = 9;

    /// <summary>Glad words stand beside glad ones and sad beside sad; labels name three of each. What a label says of a text of other words follows from what stood beside what alone.</summary>
    [Fact]
    public void Bert_Pretrained_TellsTheMoodOfWordsThatNoLabelNamed()
    {
        double pretrained = Right(steps: 500), fresh = Right(steps: 0);

        Assert.True(pretrained > 0.9 && fresh < 0.7, $"after reading {pretrained:P1} of the moods are right, without {fresh:P1}; by chance half");
    }

    /// <summary>The share of moods that are right in texts of words that no labelled text had, after so many steps of telling hidden words in texts without labels.</summary>
    private static double Right(int steps)
    {
        MoodReader reader = new(new(Vocabulary) { Positions = Length, Width = 32, Layers = 1 }, new(1));
        RandomSource random = new(2), hiding = new(3);
        if (steps > 0)
        {
            Train(reader.Bert, steps, 0.005, _ => reader.Bert.Loss(Batch([.. Enumerable.Range(0, 64).Select(i => Text(i % 2, 0, Words, random))]).Masked(hiding, Mask, Vocabulary, special: [First])));
        }

        Train(reader, 60, 0.002, _ => reader.Loss(Batch([.. Enumerable.Range(0, 32).Select(i => Text(i % 2, 0, 3, random))]), [.. Enumerable.Range(0, 32).Select(i => i % 2)]));
        int[] told = reader.Tell(Batch([.. Enumerable.Range(0, 200).Select(i => Text(i % 2, 3, Words, random))]));
        return Enumerable.Range(0, 200).Count(i => told[i] == i % 2) / 200.0;
    }

    /// <summary>Four words of a mood, from the numbered ones, and four that have none, in any order.</summary>
    private static int[] Text(int mood, int from, int to, RandomSource random)
    {
        int[] words = [.. Enumerable.Range(0, Length - 1).Select(i => i % 2 == 0 ? (mood == 0 ? Glad : Sad) + from + random.NextInt(to - from) : Plain + random.NextInt(Words))];
        random.Shuffle<int>(words);
        return [First, .. words];
    }

    private static BertBatch Batch(int[][] texts) => new([.. texts.SelectMany(text => text)], [.. texts.Select(text => text.Length)]);

    private static void Train(Module model, int steps, double rate, Func<long, Tensor> loss)
    {
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(rate, steps, warmUp: steps / 10)) { ClipNorm = 1 };
        new Trainer(model, optimizer, new() { Steps = steps }).Run(loss, TestContext.Current.CancellationToken);
    }

    /// <summary>A BERT with a layer that tells a text's mood from its first row (Devlin et al. 2019, § 4.1).</summary>
    private sealed class MoodReader : Module
    {
        private readonly Linear _mood;

        internal MoodReader(BertOptions options, RandomSource random)
        {
            Bert = Add("bert", new Bert(options, random));
            _mood = Add("mood", new Linear(options.Width, 2, random));
        }

        internal Bert Bert { get; }

        internal Tensor Loss(BertBatch batch, int[] moods) => Logits(batch).CrossEntropy(moods);

        internal int[] Tell(BertBatch batch)
        {
            using IDisposable off = Gradients.Off();
            return Logits(batch).ArgMax();
        }

        private Tensor Logits(BertBatch batch) => _mood.Forward(Bert.Pooled(Bert.Forward(batch)));
    }
}
