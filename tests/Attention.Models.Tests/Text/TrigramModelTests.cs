namespace Attention.Models.Tests.Text;

public sealed class TrigramModelTests
{
    private const double Rounding = 1e-12;

    [Fact]
    public void Probability_AfterAnyTwoTokens_SumsToOne()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            int vocabulary = random.Next(1, 8);
            var model = TrigramModel.Train(Sequences(random, vocabulary), vocabulary);
            int?[] tokens = [null, .. Enumerable.Range(0, vocabulary + 3)];

            foreach ((int? before, int? last) in tokens.SelectMany(before => tokens.Select(last => (before, last))))
            {
                double[] probabilities = [.. Enumerable.Range(0, vocabulary).Select(token => model.Probability(token, last, before))];

                Assert.True(Math.Abs(probabilities.Sum() - 1) < Rounding && probabilities.All(probability => probability > 0), $"seed {seed}: after {before} {last}");
            }
        }
    }

    [Fact]
    public void Probability_OfAnyToken_IsWhatTheEquationsSay()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            int vocabulary = random.Next(2, 6);
            int[][] sequences = Sequences(random, vocabulary);
            var model = TrigramModel.Train(sequences, vocabulary);

            for (int draw = 0; draw < 60; draw++)
            {
                int token = random.Next(vocabulary), last = random.Next(-1, vocabulary), before = last < 0 ? -1 : random.Next(-1, vocabulary);

                double expected = Naive(sequences, vocabulary, [before, last, token]);

                Assert.True(Math.Abs(expected - model.Probability(token, last < 0 ? null : last, before < 0 ? null : before)) < Rounding, $"seed {seed}: {token} after {before} {last}");
            }
        }
    }

    [Fact]
    public void Probability_OfATinyText_IsWhatTheHandFinds()
    {
        // a b a c: each trigram once, so that every discount is 1/2. Single tokens follow 2 (a), 1 (b) and 1 (c) distinct ones.
        var model = TrigramModel.Train([[0, 1, 0, 2]], 4);
        double c = (0.5 / 4) + (0.5 * 3 / 4 * 0.25), afterA = (0.5 / 2) + (0.5 * 2 / 2 * c);

        Assert.Equal((1 - 0.5 + (0.5 * 1 * afterA)) / 1, model.Probability(2, 0, 1), Rounding);
        Assert.Equal(0.5 * 3 / 4 * 0.25, model.Probability(3, 3, 3), Rounding);
    }

    [Fact]
    public void Perplexity_OfATextWithOrder_IsLessThanThatOfGuessing()
    {
        int[] ring = [.. Enumerable.Range(0, 300).Select(i => i * i % 10)];
        var model = TrigramModel.Train([ring], 10);

        Assert.InRange(model.Perplexity([ring]), 1, 1.6);
        Assert.Equal(7, TrigramModel.Train([], 7).Perplexity([[1, 2, 3]]), Rounding);
        Assert.Equal(model.LogProbabilities([3, 4])[1], Math.Log(model.Probability(4, 3, null)), Rounding);
    }

    [Fact]
    public void Train_OnAnIdThatIsNone_Refuses()
    {
        Assert.StartsWith("sequences: id 3 is not among the 3 of the vocabulary, which go from 0 to 2", Assert.Throws<ArgumentOutOfRangeException>(() => TrigramModel.Train([[0, 3]], 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TrigramModel.Train([], 3).Probability(-1, null, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => TrigramModel.Train([], 0));
        Assert.Throws<ArgumentException>(() => TrigramModel.Train([], 3).Perplexity([]));
    }

    private static int[][] Sequences(Random random, int vocabulary) =>
        [.. Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, random.Next(15)).Select(_ => Math.Min(random.Next(vocabulary), random.Next(vocabulary))).ToArray())];

    /// <summary>The equations on lists of runs: the lower orders count distinct runs of the next order.</summary>
    private static double Naive(int[][] sequences, int vocabulary, int[] run)
    {
        List<string> runs = [.. sequences.SelectMany(sequence => NGrams.Of([-1, -1, .. sequence], 3)).Select(tokens => string.Join(' ', tokens))];
        List<List<string>> orders = [runs];
        for (int i = 0; i < 2; i++)
        {
            orders.Add([.. orders[^1].Distinct().Select(longer => longer[(longer.IndexOf(' ', StringComparison.Ordinal) + 1)..])]);
        }

        double probability = 1.0 / vocabulary;
        for (int length = 1; length <= 3; length++)
        {
            List<string> order = orders[3 - length];
            string wanted = string.Join(' ', run[(3 - length)..]), context = string.Concat(run[(3 - length)..2].Select(token => $"{token} "));
            double once = order.GroupBy(tokens => tokens).Count(group => group.Count() == 1), twice = order.GroupBy(tokens => tokens).Count(group => group.Count() == 2);
            double discount = once * twice > 0 ? once / (once + (2 * twice)) : 0.5;
            List<string> following = [.. order.Where(tokens => tokens.StartsWith(context, StringComparison.Ordinal) && tokens.Count(letter => letter == ' ') == length - 1)];
            if (following.Count > 0)
            {
                probability = (Math.Max(following.Count(tokens => tokens == wanted) - discount, 0) + (discount * following.Distinct().Count() * probability)) / following.Count;
            }
        }

        return probability;
    }
}
