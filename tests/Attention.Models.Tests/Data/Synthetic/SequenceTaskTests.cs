using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Models.Tests.Data.Synthetic;

public sealed class SequenceTaskTests
{
    [Fact]
    public void Draw_EachTask_GivesItsAnswer()
    {
        Assert.All(SequenceTask.Copy().Take(Split.Training, 300, seed: 1), example => Assert.Equal(example.Source, example.Target));
        Assert.All(SequenceTask.Reverse().Take(Split.Training, 300, seed: 1), example => Assert.All(example.Source, (symbol, i) => Assert.Equal(symbol, example.Target[example.Source.Length - 1 - i])));
        Assert.All(SequenceTask.Sort().Take(Split.Training, 300, seed: 1), example =>
        {
            Assert.All(example.Target.Skip(1), (symbol, i) => Assert.True(example.Target[i] <= symbol));
            Assert.All(example.Source, symbol => Assert.Equal(example.Source.Count(other => other == symbol), example.Target.Count(other => other == symbol)));
        });
    }

    [Fact]
    public void Draw_Sizes_AreAllMetAndNeverLeft()
    {
        SequenceExample[] examples = SequenceTask.Copy(symbols: 5, shortest: 2, longest: 6).Take(Split.Training, 1000, seed: 2);

        Assert.Equal([2, 3, 4, 5, 6], examples.Select(example => example.Source.Length).Distinct().Order());
        Assert.Equal([3, 4, 5, 6, 7], examples.SelectMany(example => example.Source).Distinct().Order());
        Assert.Equal(8, SequenceTask.Copy(symbols: 5).VocabularySize);
    }

    [Fact]
    public void Recall_Answer_IsTheValueAfterTheOnlyOtherPlaceOfTheKey()
    {
        var task = new RecallTask(keys: 8, values: 4, pairs: 5);
        RecallExample[] examples = task.Take(Split.Test, 500, seed: 3);

        Assert.All(examples, example =>
        {
            int[] places = [.. Enumerable.Range(0, example.Source.Length - 1).Where(i => example.Source[i] == example.Source[^1])];
            Assert.Equal(example.AnswerAt, Assert.Single(places) + 1);
            Assert.Equal(example.Answer, example.Source[example.AnswerAt]);
            Assert.InRange(example.Answer, 8, 11);
            Assert.Equal(task.SourceLength, example.Source.Length);
        });
        Assert.Equal([1, 3, 5, 7, 9], examples.Select(example => example.AnswerAt).Distinct().Order());
    }

    /// <summary>The framework's own evaluator of expressions agrees.</summary>
    [Fact]
    public void Arithmetic_Value_IsWhatTheExpressionComesTo()
    {
        using var evaluator = new DataTable { Locale = CultureInfo.InvariantCulture };
        ArithmeticExample[] examples = new ArithmeticTask(fewest: 0, most: 3, largest: 99).Take(Split.Training, 300, seed: 4);

        Assert.All(examples, example =>
        {
            Assert.Equal(example.Value, Convert.ToInt64(evaluator.Compute(example.Expression, null), CultureInfo.InvariantCulture));
            Assert.True((example.Expression + example.Answer).All(ArithmeticTask.Characters.Contains), example.Expression);
        });
        Assert.Equal([0, 1, 2, 3], examples.Select(example => example.Expression.Count("+-*".Contains)).Distinct().Order());
        Assert.Contains(examples, example => example.Expression.Contains('(', StringComparison.Ordinal));
        Assert.DoesNotContain(examples, example => Regex.IsMatch(example.Expression, @"\(\d+\)")); // a number alone needs none
    }

    [Fact]
    public void UserHistories_Next_FollowsTheLastButOneOfWhatIsNoHit()
    {
        var task = new UserHistories();
        UserHistory[] histories = task.Take(Split.Test, 500, seed: 5);

        Assert.All(histories, history =>
        {
            int before = history.Items.Where(item => !task.IsHit(item)).ToArray()[^2];
            int series = before / task.Episodes, episode = before % task.Episodes;
            Assert.Equal((series * task.Episodes) + ((episode + 1) % task.Episodes), history.Next);
            Assert.Contains(series, (int[])[history.Series.First, history.Series.Second]);
            Assert.NotEqual(history.Series.First, history.Series.Second);
            Assert.All(history.Items, item => Assert.InRange(item, 0, task.ItemCount - 1));
        });
        Assert.Contains(histories, history => history.Items.Any(task.IsHit));
        var hits = new UserHistories(hitChance: 1);
        Assert.All(hits.Take(Split.Test, 20, seed: 5), history => Assert.Equal(history.Items.Skip(4), history.Items.Where(hits.IsHit))); // both series are seen first
    }

    [Fact]
    public void Tasks_OfImpossibleSizes_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceTask.Copy(symbols: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceTask.Sort(shortest: 5, longest: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RecallTask(keys: 3, pairs: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArithmeticTask(most: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShapesTask(side: 15));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpokenDigits(noise: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("inside", () => new CommunityGraphs(inside: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>("wrong", () => new CommunityGraphs(wrong: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UserHistories(series: 1));
    }
}
