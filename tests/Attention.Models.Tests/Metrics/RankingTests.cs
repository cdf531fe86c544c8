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

    /// <summary>Järvelin and Kekäläinen 2002, with one relevant item found at the third of three ranks and another that was never ranked.</summary>
    [Fact]
    public void Ndcg_RelevantItems_MissesWhatWasNeverRanked()
    {
        var relevant = new HashSet<string> { "c", "x" };

        Assert.Equal(0.5 / (1 + (1 / Math.Log2(3))), Ranking.Ndcg(Ranked, relevant, 3), 1e-12);
        Assert.Equal(0, Ranking.Ndcg(Ranked, relevant, 2));
        Assert.Equal(1, Ranking.Ndcg(["x", "c"], relevant, 5), 1e-12);
        Assert.Equal(1, Ranking.Ndcg(["x", "a"], relevant, 1), 1e-12);
        Assert.Equal(0, Ranking.Ndcg(Ranked, new HashSet<string>(), 3));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Ndcg_GainThatIsNone_IsRefused(double gain) => Assert.Equal("gains: expected finite numbers, zero or more", Assert.Throws<ArgumentException>(() => Ranking.Ndcg([1, gain], 2)).Message);

    [Fact]
    public void Scores_OfNoRanks_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Ranking.Hit(Ranked, new HashSet<string>(), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ranking.Ndcg([1.0], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ranking.Ndcg(Ranked, new HashSet<string>(), 0));
    }
}
