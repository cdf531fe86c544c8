namespace Attention.Models.Tests.Metrics;

public sealed class ClassificationTests
{
    [Fact]
    public void Accuracy_HalfRight_IsAHalf() => Assert.Equal(0.5, Classification.Accuracy([1, 2, 3, 4], [1, 2, 0, 0]));

    [Fact]
    public void TopK_GrowingK_FindsMore()
    {
        float[,] scores = { { 0.1f, 0.7f, 0.2f }, { 0.5f, 0.2f, 0.3f }, { 0.3f, 0.3f, 0.4f } };
        int[] right = [1, 1, 0];

        Assert.Equal(1 / 3.0, Classification.TopK(scores, right, 1), 1e-12);
        Assert.Equal(1 / 3.0, Classification.TopK(scores, right, 2), 1e-12); // the third example's classes 0 and 1 tie
        Assert.Equal(1, Classification.TopK(scores, right, 3));
    }

    [Fact]
    public void TopK_AllScoresEqualOrNotANumber_EarnsNothing()
    {
        Assert.Equal(0, Classification.TopK(new float[1, 4], [2], 3));
        Assert.Equal(0, Classification.TopK(new[,] { { 1f, float.NaN } }, [1], 1));
    }

    [Fact]
    public void TopK_ClassThatIsNotThere_IsNamed() =>
        Assert.Equal("right: expected a class from 0 to 3, got 4 for example 0", Assert.Throws<ArgumentException>(() => Classification.TopK(new float[1, 4], [4], 1)).Message);

    [Fact]
    public void AreaUnderCurve_AnyScores_IsTheShareOfPairsInOrder()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 50; trial++)
        {
            double[] scores = [.. Enumerable.Range(0, 30).Select(_ => (double)random.Next(8))];
            bool[] positive = [true, false, .. Enumerable.Range(0, 28).Select(_ => random.Next(3) == 0)];
            double[] up = [.. scores.Where((_, i) => positive[i])], down = [.. scores.Where((_, i) => !positive[i])];
            double pairs = (from above in up from below in down select above > below ? 1.0 : above == below ? 0.5 : 0).Average();

            Assert.Equal(pairs, Classification.AreaUnderCurve(scores, positive), 1e-12);
        }
    }

    [Fact]
    public void AreaUnderCurve_OneClassOnly_IsRefused() =>
        Assert.Equal(
            "scores: expected numbers for both classes, got 2 positive, 0 negative and 0 NaN",
            Assert.Throws<ArgumentException>(() => Classification.AreaUnderCurve([1, 2], [true, true])).Message);

    [Fact]
    public void Perplexity_EvenChoice_IsTheNumberOfWords()
    {
        Assert.Equal(50, LanguageModelling.Perplexity([.. Enumerable.Repeat(Math.Log(1 / 50.0), 9)]), 1e-9);
        Assert.Equal(double.PositiveInfinity, LanguageModelling.Perplexity([0, double.NegativeInfinity]));
    }
}
