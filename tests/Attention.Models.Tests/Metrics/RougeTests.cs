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

    /// <summary>Lin 2004, § 3.2: w1 w2 w3 w5 of five words are found in two sentences together.</summary>
    [Fact]
    public void OfSummary_LinsExample_FindsFourOfFive()
    {
        string[] reference = ["w1", "w2", "w3", "w4", "w5"], first = ["w1", "w2", "w6", "w7", "w8"], second = ["w1", "w3", "w8", "w9", "w5"];

        Assert.Equal(new FScore(4 / 10.0, 4 / 5.0), Rouge.OfSummary([first, second], [reference]));
        Assert.Equal(Rouge.OfLongestCommonSubsequence(first, reference), Rouge.OfSummary([first], [reference]));
    }

    /// <summary>A word of the summary is found once, in whichever sentence comes first; order within sentences counts, order of sentences does not.</summary>
    [Fact]
    public void OfSummary_SeveralSentences_CountsEachWordOnce()
    {
        string[] cat = ["the", "cat", "sat"], dog = ["the", "dog", "ran"];

        Assert.Equal(new FScore(3 / 3.0, 3 / 6.0), Rouge.OfSummary([cat], [cat, dog]));
        Assert.Equal(new FScore(1, 1), Rouge.OfSummary([dog, cat], [cat, dog]));
        Assert.Equal(new FScore(1 / 2.0, 1 / 3.0), Rouge.OfSummary([["sat", "cat"]], [cat]));
        Assert.Equal(0, Rouge.OfSummary([], [cat]).F1);
        Assert.Equal(0, Rouge.OfSummary([cat], [[]]).F1);
    }

    /// <summary>Of the two longest common sequences "a" and "b" the one nearest to the reference's start counts, so that the second sentence adds nothing.</summary>
    [Fact]
    public void OfSummary_TwoLongestSequences_TakesTheOneNearestToTheStart() =>
        Assert.Equal(new FScore(1 / 3.0, 1 / 2.0), Rouge.OfSummary([["b", "a"], ["x"]], [["a", "b"]]));

    [Fact]
    public void Tokens_MarksAndCase_DoNotCount() => Assert.Equal(["it", "s", "the", "2nd", "test"], Rouge.Tokens("It's the 2nd-TEST!"));

    /// <summary>Letters whose lower case is an English letter count as that one; Python says so too.</summary>
    [Fact]
    public void Tokens_LettersThatBecomeEnglishOnes_Count() => Assert.Equal(["i", "k", "caf"], Rouge.Tokens("\u0130 \u212A café"));
}
