using System.Globalization;

namespace Attention.Models.Tests.Data.Synthetic;

/// <summary>What all synthetic tasks promise: the same examples for a seed, and no example in both splits.</summary>
public sealed class SyntheticTaskTests
{
    [Fact]
    public void Copy_Examples_KeepThePromise() => KeepsThePromise(SequenceTask.Copy(symbols: 3, longest: 4), example => string.Join(' ', example.Source), mustOverlap: true);

    [Fact]
    public void Recall_Examples_KeepThePromise() => KeepsThePromise(new RecallTask(), example => string.Join(' ', example.Source));

    [Fact]
    public void Arithmetic_Examples_KeepThePromise() => KeepsThePromise(new ArithmeticTask(most: 2), example => example.Expression, mustOverlap: true);

    [Fact]
    public void Translation_Examples_KeepThePromise() => KeepsThePromise(new TranslationGrammar(), example => example.EnglishText + example.ChineseText + example.FrenchText);

    [Fact]
    public void Shapes_Examples_KeepThePromise() => KeepsThePromise(new ShapesTask(most: 1), example => Convert.ToHexString(example.Image.Bytes.Span), count: 200);

    [Fact]
    public void SpokenDigits_Examples_KeepThePromise() => KeepsThePromise(new SpokenDigits(most: 2), example => string.Join(' ', example.Sound.Samples), count: 20);

    [Fact]
    public void Communities_Examples_KeepThePromise() => KeepsThePromise(new CommunityGraphs(), example => string.Join(' ', example.Graph.Edges) + string.Join(' ', example.Features.Cast<float>()), count: 50);

    [Fact]
    public void UserHistories_Examples_KeepThePromise() => KeepsThePromise(new UserHistories(), example => string.Join(' ', example.Items));

    [Fact]
    public void SplitOf_OneExampleInFive_IsATest()
    {
        SequenceTask task = SequenceTask.Copy(symbols: 100, shortest: 3, longest: 3);
        int tests = Enumerable.Range(0, 20_000).Count(i => task.SplitOf(new([i % 100, i / 100, 7], [])) == Split.Test);

        Assert.InRange(tests, 3800, 4200); // 4000 ± 3.5 standard deviations
    }

    [Fact]
    public void Take_TaskTooSmallForASplit_SaysSo()
    {
        SequenceTask task = SequenceTask.Copy(symbols: 1, shortest: 1, longest: 1);
        Split empty = task.SplitOf(new SequenceExample([3], [3])) == Split.Test ? Split.Training : Split.Test;

        Assert.Contains($"belongs to the {empty} split", Assert.Throws<InvalidOperationException>(() => task.Take(empty, 1, seed: 1)).Message, StringComparison.Ordinal);
        Assert.Equal(3, task.Take(1 - empty, 3, seed: 1).Length);
    }

    private static void KeepsThePromise<TExample>(SyntheticTask<TExample> task, Func<TExample, string> shown, int count = 1000, bool mustOverlap = false)
    {
        string[] training = [.. task.Take(Split.Training, count, seed: 1).Select(shown)], test = [.. task.Take(Split.Test, count, seed: 2).Select(shown)];

        Assert.Equal(training, task.Take(Split.Training, count, seed: 1).Select(shown));
        Assert.NotEqual(training, task.Take(Split.Training, count, seed: 3).Select(shown));
        Assert.Empty(training.Intersect(test));
        Assert.All(task.Take(Split.Training, 20, seed: 4), example => Assert.Equal(Split.Training, task.SplitOf(example)));
        // Where there are few examples, both splits have been seen nearly whole: they are disjoint by rule, not by luck.
        Assert.True(!mustOverlap || (training.Distinct().Count() < 0.99 * count && test.Distinct().Count() < 0.99 * count), string.Create(CultureInfo.InvariantCulture, $"{training.Distinct().Count()} {test.Distinct().Count()}"));
    }
}
