namespace Attention.Models.Tests.Models.Recommenders;

public sealed class SequentialRecommenderTests
{
    private static readonly int[][] Histories = [[1, 4, 2, 6], [3, 5]], Others = [[0, 5, 3], [2]];

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        SequentialRecommender model = New();

        GradientCheck.Assert(() => model.Loss(Histories, Others), [.. model.Parameters]);
    }

    [Fact]
    public void Loss_IsThatOfEveryItemThatCameNext()
    {
        SequentialRecommender model = New();
        List<double> losses = [];
        for (int user = 0; user < 2; user++)
        {
            for (int i = 1; i < Histories[user].Length; i++)
            {
                Tensor scores = model.Forward([Histories[user][..^1]]).At(0, 0).At(0, i - 1).Reshape(1, 4).Linear(model.State()["itemEmbedding.weight"]);
                losses.Add(Math.Log(1 + Math.Exp(-scores[0, Histories[user][i]])) + Math.Log(1 + Math.Exp(scores[0, Others[user][i - 1]])));
            }
        }

        Assert.Equal(losses.Average(), model.Loss(Histories, Others).Value, 1e-5);
    }

    [Fact]
    public void Loss_OfALongHistory_IsThatOfItsLatestItems()
    {
        SequentialRecommender model = New();
        int[][] history = [[0, 6, 1, 4, 2, 6, 3]], latest = [[1, 4, 2, 6, 3]], others = [[5, 5, 5, 0, 5, 0]], latestOthers = [[5, 0, 5, 0]];

        Assert.Equal(model.Loss(latest, latestOthers).Value, model.Loss(history, others).Value);
    }

    [Fact]
    public void Loss_OfAHistoryOneLongerThanTheContext_AsksAfterEveryPlaceOfIt()
    {
        SequentialRecommender model = New();
        int[] history = [0, 1, 4, 2, 6], others = [5, 3, 5, 0];
        Tensor scores = model.Forward([history[..^1]]).Reshape(4, 4).Linear(model.State()["itemEmbedding.weight"]);

        double expected = Enumerable.Range(0, 4).Average(i => Math.Log(1 + Math.Exp(-scores[i, history[i + 1]])) + Math.Log(1 + Math.Exp(scores[i, others[i]])));

        Assert.Equal(expected, model.Loss([history], [others]).Value, 1e-5);
    }

    [Fact]
    public void Forward_ShowsNoItemToThoseBeforeIt()
    {
        SequentialRecommender model = New();

        float[] one = model.Forward([[1, 4, 2, 6]]).ToArray(), other = model.Forward([[1, 4, 3, 6]]).ToArray();

        Assert.Equal(one[..8], other[..8]);
        Assert.NotEqual(one[8..], other[8..]);
    }

    [Fact]
    public void Scores_AreThoseOfEachHistoryAlone()
    {
        SequentialRecommender model = New();

        Tensor together = model.Scores(Histories);

        Assert.Equal(Shape.Create([2, 7]), together.Shape);
        Golden.GoldenCases.Near("first", model.Scores([Histories[0]]), together.Slice(0, 0, 1));
        Golden.GoldenCases.Near("second", model.Scores([Histories[1]]), together.Slice(0, 1, 1));
    }

    [Fact]
    public void Recommend_GivesTheBestFirst()
    {
        SequentialRecommender model = New();
        float[] scores = model.Scores([Histories[0]]).ToArray();
        int[] unseen = [0, 3, 5];

        Assert.Equal(Enumerable.Range(0, 7).OrderByDescending(item => scores[item]).Take(4), model.Recommend(Histories[0], 4));
        Assert.Equal(unseen.OrderByDescending(item => scores[item]), model.Recommend(Histories[0], 7, allowSeen: false));
    }

    [Fact]
    public void Loss_DrawsItemsThatTheUserDidNotTake()
    {
        SequentialRecommender model = New();
        int[][] all = [[0, 1, 2, 3, 4, 6]], others = [[5, 5, 5, 5, 5]];

        Assert.Equal(model.Loss(all, others).Value, model.Loss(all, new RandomSource(3)).Value);
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        SequentialRecommender model = New();

        Assert.Contains("history 1 is []", Assert.Throws<ArgumentException>(() => model.Forward([[1], []])).Message, StringComparison.Ordinal);
        Assert.Contains("items from 0 to 6", Assert.Throws<ArgumentException>(() => model.Recommend([7], 1)).Message, StringComparison.Ordinal);
        Assert.Contains("history 0 has 1 items and 0 others", Assert.Throws<ArgumentException>(() => model.Loss([[1]], new RandomSource(1))).Message, StringComparison.Ordinal);
        Assert.Contains("history 0 has 2 items and 2 others", Assert.Throws<ArgumentException>(() => model.Loss([[1, 2]], [[3, 4]])).Message, StringComparison.Ordinal);
        Assert.Contains("history 0 has all 7 items", Assert.Throws<ArgumentException>(() => model.Loss([[0, 1, 2, 3, 4, 5, 6]], new RandomSource(1))).Message, StringComparison.Ordinal);
        Assert.Contains("at least 2 items", Assert.Throws<ArgumentException>(() => new SequentialRecommender(new(1), new(1))).Message, StringComparison.Ordinal);
    }

    private static SequentialRecommender New() => new SequentialRecommender(new(7) { Context = 4, Width = 4, Heads = 2 }, new(1)).Stirred(1);
}
