namespace Attention.Models.Tests.Metrics;

public sealed class RankingTests
{
    private static readonly string[] Ranked = ["a", "b", "c", "d"];

    [Fact]
    public void Hit_RelevantItemAtRankTwo_NeedsThreeLooks()
    {
        Assert.Equal(0, Ranking.Hit(Ranked, new HashSet<string> { "c", "x" }, 2));
        Assert.Equal(1, Ranking.Hit(Ranked, new HashSet<string> { "c", "x" }, 3));
        Assert.Equal(0, Ranking.Hit(Ranked, new HashSet<string> { "x" }, 9));
    }

    [Fact]
    public void ReciprocalRank_FirstRelevantItem_Decides()
    {
        Assert.Equal(1 / 3.0, Ranking.ReciprocalRank(Ranked, new HashSet<string> { "d", "c" }), 1e-12);
        Assert.Equal(0, Ranking.ReciprocalRank(Ranked, new HashSet<string>()));
    }

    [Fact]
    public void Ndcg_GradedGains_IsTheDiscountedShareOfTheBestOrder()
    {
        double given = 3 + (2 / Math.Log2(3)) + (3 / 2.0) + (1 / Math.Log2(6)) + (2 / Math.Log2(7));
        double best = 3 + (3 / Math.Log2(3)) + (2 / 2.0) + (2 / Math.Log2(5)) + (1 / Math.Log2(6));

        Assert.Equal(given / best, Ranking.Ndcg([3, 2, 3, 0, 1, 2], 6), 1e-12);
        Assert.Equal(1, Ranking.Ndcg([3, 2, 0, 1], 2), 1e-12);
        Assert.Equal(0, Ranking.Ndcg([0, 0], 2));
    }

    [Fact]
    public void Ndcg_NegativeGain_IsRefused() => Assert.Equal("gains: expected zero or more", Assert.Throws<ArgumentException>(() => Ranking.Ndcg([1, -1], 2)).Message);
}
