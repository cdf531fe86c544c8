namespace Attention.Models.Tests.Models.Recurrent;

/// <summary>What models that read for something in particular learn, from one fixed seed and with a wide margin.</summary>
[Collection(Learning.Name)]
public sealed class CopyingLearningTests
{
    private const int NameFollows = 4, PlaceFollows = 5, WentTo = 6, FirstPlace = 8, Words = 30;

    [Fact]
    public void PointerGenerator_OnReportsOfUnseenNames_CopiesThem()
    {
        PointerGenerator model = new(new(Words) { Width = 32, EmbeddingWidth = 24, HasCoverage = true }, new(1));
        RandomSource random = new(3);
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(0.01, 250, warmUp: 20)) { ClipNorm = 2 };
        new Trainer(model, optimizer, new() { Steps = 250 }).Run(Loss, TestContext.Current.CancellationToken);
        RandomSource heldOut = new(4);
        SequenceExample[] held = [.. Enumerable.Range(0, 200).Select(_ => Report(heldOut, firstName: 60))];

        IReadOnlyList<DecodedSequence> written = model.Summarize([.. held.Select(report => report.Source)], 10);

        Assert.InRange(written.Zip(held).Count(pair => pair.First.Tokens.SequenceEqual(pair.Second.Target)), 190, 200);

        Tensor Loss(long step)
        {
            SequenceExample[] batch = [.. Enumerable.Range(0, 32).Select(_ => Report(random, firstName: Words))];
            return model.Loss([.. batch.Select(report => report.Source)], [.. batch.Select(report => report.Target)]);
        }
    }

    [Fact]
    public void ListenAttendSpell_OnHeldOutTones_WritesTheDigits()
    {
        SpokenDigits task = new(fewest: 1, most: 2);
        SpokenDigitsExample[] training = task.Take(Split.Training, 1200, 1), held = task.Take(Split.Test, 60, 2);
        float[][,] sounds = Features(training);
        ListenAttendSpell model = new(new(40, SequenceTask.FirstSymbol + 10), new(1));
        Epochs epochs = new(training.Length, 16, 1);
        AdamOptimizer optimizer = new(model.NamedParameters, Schedule.Cosine(0.01, 400, warmUp: 20)) { ClipNorm = 1 };
        new Trainer(model, optimizer, new() { Steps = 400 }).Run(Loss, TestContext.Current.CancellationToken);

        IReadOnlyList<DecodedSequence> written = model.Transcribe(Features(held), 10);

        Assert.InRange(ErrorRate.OfWords([.. written.Select(one => Text(one.Tokens))], [.. held.Select(one => Text(Letters(one)))]), 0, 0.1);

        Tensor Loss(long step)
        {
            int[] batch = epochs.At(step).ToArray();
            return model.Loss([.. batch.Select(i => sounds[i])], [.. batch.Select(i => Letters(training[i]))]);
        }
    }

    /// <summary>A report of 20 words or fewer that names somebody, by a word of 30 that training knows and none that the vocabulary does, and a place; its summary says who went where.</summary>
    private static SequenceExample Report(RandomSource random, int firstName)
    {
        int name = firstName + random.NextInt(30), place = FirstPlace + random.NextInt(Words - FirstPlace);
        return new([.. Talk(random), NameFollows, name, .. Talk(random), PlaceFollows, place, .. Talk(random)], [name, WentTo, place]);
    }

    private static int[] Talk(RandomSource random)
    {
        int[] words = new int[random.NextInt(4)];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = FirstPlace + random.NextInt(Words - FirstPlace);
        }

        return words;
    }

    private static float[][,] Features(SpokenDigitsExample[] spoken) => [.. spoken.Select(one => ListenAttendSpell.Standardized(Spectrogram.LogMel(one.Sound, bands: 40)))];

    private static int[] Letters(SpokenDigitsExample spoken) => [.. spoken.Digits.Select(digit => SequenceTask.FirstSymbol + digit)];

    private static string Text(IEnumerable<int> letters) => string.Join(' ', letters);
}
