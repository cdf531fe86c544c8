namespace Attention.Models.Tests.Metrics;

public sealed class RougeTests
{
    private static readonly string[] Reference = ["police", "killed", "the", "gunman"];

    /// <summary>Lin 2004, § 3.1: both summaries have two words in order; ROUGE-2 cannot tell them apart, ROUGE-L can.</summary>
    [Fact]
    public void OfLongestCommonSubsequence_LinsExample_PrefersTheRightOrder()
    {
        string[] right = ["police", "kill", "the", "gunman"], wrong = ["the", "gunman", "kill", "police"];

        Assert.Equal(0.75, Rouge.OfLongestCommonSubsequence(right, Reference).F1);
        Assert.Equal(0.5, Rouge.OfLongestCommonSubsequence(wrong, Reference).F1);
        Assert.Equal(Rouge.OfNGrams(right, Reference, 2), Rouge.OfNGrams(wrong, Reference, 2));
    }

    [Fact]
    public void OfNGrams_SharedPairs_GivePrecisionAndRecall()
    {
        string[] summary = ["the", "cat", "the", "cat", "sat", "down"], reference = ["the", "cat", "sat"];

        Assert.Equal(new FScore(3 / 6.0, 1), Rouge.OfNGrams(summary, reference, 1));
        Assert.Equal(new FScore(2 / 5.0, 1), Rouge.OfNGrams(summary, reference, 2));
    }

    [Fact]
    public void Scores_OfNothing_AreZero()
    {
        Assert.Equal(0, Rouge.OfNGrams([], Reference, 1).F1);
        Assert.Equal(0, Rouge.OfNGrams(Reference, ["one"], 2).F1);
        Assert.Equal(0, Rouge.OfLongestCommonSubsequence([], []).F1);
    }

    [Fact]
    public void Tokens_MarksAndCase_DoNotCount() => Assert.Equal(["it", "s", "the", "2nd", "test"], Rouge.Tokens("It's the 2nd-TEST!"));
}
