namespace Attention.Models.Tests.Models.Transformers;

/// <summary>What models of the Transformer family learn, each from one fixed seed and with a wide margin.</summary>
[Collection(Learning.Name)]
public sealed class TransformerLearningTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transformer_OnCopyAndReverse_IsExactNinetyNineTimesInAHundred(bool reverses)
    {
        SequenceTask task = reverses ? SequenceTask.Reverse(symbols: 8, shortest: 2, longest: 6) : SequenceTask.Copy(symbols: 8, shortest: 2, longest: 6);
        SequenceExample[] training = task.Take(Split.Training, 4000, 1), held = task.Take(Split.Test, 300, 2);
        Transformer model = new(new(task.VocabularySize, task.VocabularySize) { Width = 32, Layers = 1, IsPreNorm = true }, new(1));
        Epochs epochs = new(training.Length, 64, 3);

        Train(model, 500, 0.005, step =>
        {
            int[] batch = epochs.At(step).ToArray();
            return model.Loss([.. batch.Select(i => training[i].Source)], [.. batch.Select(i => training[i].Target)]);
        });

        IReadOnlyList<int[]> written = model.Translate([.. held.Select(one => one.Source)], longest: 8);
        Assert.InRange(written.Zip(held).Count(pair => pair.First.SequenceEqual(pair.Second.Target)), 297, 300);
    }

    /// <summary>Every bracket closes as it opened, six words later: two tokens tell nothing of it.</summary>
    [Fact]
    public void Gpt_OnALanguageOfBrackets_BeatsTrigrams()
    {
        const int Kinds = 8, Words = 4, Vocabulary = (2 * Kinds) + Words, Between = 6, Length = 3 * (Between + 2);
        RandomSource random = new(1);
        int[][] training = [.. Enumerable.Range(0, 3000).Select(_ => Text())], held = [.. Enumerable.Range(0, 200).Select(_ => Text())];
        Gpt model = new(new(Vocabulary) { Context = Length, Width = 32 }, new(1));
        Epochs epochs = new(training.Length, 32, 3);

        Train(model, 400, 0.005, step => model.Loss((int[])[.. epochs.At(step).ToArray().SelectMany(i => training[i])], Math.Min(32, epochs.At(step).Length)));

        using var off = Gradients.Off();
        double perplexity = Math.Exp(model.Loss((int[])[.. held.SelectMany(text => text)], held.Length).Value);
        // The model is not told the first token; trigrams are.
        var trigrams = TrigramModel.Train(training, Vocabulary);
        double trigramPerplexity = LanguageModelling.Perplexity([.. held.SelectMany(text => trigrams.LogProbabilities(text).Skip(1))]);
        Assert.InRange(perplexity / trigramPerplexity, 0, 0.8);

        int[] Text() => [.. Enumerable.Range(0, 3).SelectMany(_ =>
        {
            int kind = random.NextInt(Kinds);
            return Enumerable.Range(0, Between).Select(_ => Kinds + random.NextInt(Words)).Prepend(kind).Append(Kinds + Words + kind).ToArray();
        })];
    }

    [Fact]
    public void TransformerXl_RecallsBeyondItsSegment_WhereAFixedWindowGuesses()
    {
        double remembering = Recall(memory: 8), fixedWindow = Recall(memory: 0);

        Assert.InRange(remembering, 0.95, 1);
        Assert.InRange(fixedWindow, 0, 0.4); // one of eight by chance
    }

    /// <summary>The second half of a text says the first again in other words: what is hidden stands in the other half.</summary>
    [Fact]
    public void Bert_LearnsHiddenWordsFromBothSides()
    {
        const int Mask = 0, Words = 8, Half = 4, Vocabulary = 1 + (2 * Words);
        RandomSource random = new(1);
        Bert model = new(new(Vocabulary) { Positions = 2 * Half, Width = 48 }, new(1));
        RandomSource hiding = new(2);

        Train(model, 600, 0.003, _ => model.Loss(new BertBatch([.. Enumerable.Range(0, 64).SelectMany(_ => Text())], Lengths(64)).Masked(hiding, Mask, Vocabulary, special: [])));

        int[][] held = [.. Enumerable.Range(0, 160).Select(_ => Text())];
        int[] words = [.. held.Select((text, i) => text[i % text.Length])];
        int[] ids = [.. held.SelectMany((text, i) => text.Select((word, place) => place == i % text.Length ? Mask : word))];
        using var off = Gradients.Off();
        int[] told = model.Words(model.Forward(new BertBatch(ids, Lengths(held.Length)))).ArgMax();
        Assert.InRange(Enumerable.Range(0, held.Length).Count(i => told[(i * 2 * Half) + (i % (2 * Half))] == words[i]), 152, 160);

        int[] Lengths(int rows) => [.. Enumerable.Repeat(2 * Half, rows)];

        int[] Text()
        {
            int[] first = [.. Enumerable.Range(0, Half).Select(_ => 1 + random.NextInt(Words))];
            return [.. first, .. first.Select(word => word + Words)];
        }
    }

    /// <summary>How often the word that a text began with is named at its end, two segments of eight later.</summary>
    private static double Recall(int memory)
    {
        const int Segment = 8, Words = 8, Fillers = 4, Asked = Words + Fillers, Batch = 32;
        TransformerXl model = new(new(Asked + 1) { Segment = Segment, Memory = memory, Width = 32, Layers = 1 }, new(1));
        RandomSource random = new(2);
        Train(model, 400, 0.005, _ =>
        {
            (int[] first, int[] second, int[] answers) = Texts(Batch);
            TransformerXlMemory state;
            using (Gradients.Off())
            {
                state = model.Forward(first, Batch).Memory;
            }

            int[] targets = [.. Enumerable.Range(0, second.Length).Select(i => i % Segment == Segment - 1 ? answers[i / Segment] : -1)];
            TransformerXlMemory? remembered = state;
            return model.Loss(second, targets, Batch, ref remembered, ignoreIndex: -1);
        });

        using var off = Gradients.Off();
        (int[] before, int[] after, int[] expected) = Texts(200);
        int[] told = model.Forward(after, 200, model.Forward(before, 200).Memory).Logits.ArgMax();
        return Enumerable.Range(0, 200).Count(i => told[(i * Segment) + Segment - 1] == expected[i]) / 200.0;

        (int[] First, int[] Second, int[] Answers) Texts(int count)
        {
            int[] first = [.. Enumerable.Range(0, count * Segment).Select(i => i % Segment == 2 ? random.NextInt(Words) : Words + random.NextInt(Fillers))];
            int[] second = [.. Enumerable.Range(0, count * Segment).Select(i => i % Segment == Segment - 1 ? Asked : Words + random.NextInt(Fillers))];
            return (first, second, [.. Enumerable.Range(0, count).Select(i => first[(i * Segment) + 2])]);
        }
    }

    private static void Train(Module model, int steps, double rate, Func<long, Tensor> loss)
    {
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(rate, steps, warmUp: steps / 10)) { ClipNorm = 1 };
        new Trainer(model, optimizer, new() { Steps = steps }).Run(loss, TestContext.Current.CancellationToken);
    }
}
