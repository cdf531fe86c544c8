namespace Attention.Models.Tests.Models.Transformers;

public sealed class SpanReaderTests
{
    private static readonly SpanQuestion[] Questions = [new([1, 4], [2, 6, 0, 3], new(1, 2)), new([5, 1, 2], [4, 3])];

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        SpanReader reader = New();

        GradientCheck.Assert(() => reader.Loss(Questions), [.. reader.Parameters]);
    }

    [Fact]
    public void Forward_GivesEachQuestionWhatItGetsAlone()
    {
        SpanReader reader = New();

        Tensor together = reader.Forward(Questions);

        Assert.Equal(Shape.Create([2, 2, 5]), together.Shape);
        Golden.GoldenCases.Near("long", reader.Forward([Questions[0]]), together.Slice(1, 0, 1));
        Golden.GoldenCases.Near("short", reader.Forward([Questions[1]]), together.Slice(1, 1, 1).Slice(2, 0, 3));
        Assert.Equal(float.NegativeInfinity, together[0, 1, 3]);
        Assert.Equal(float.NegativeInfinity, together[1, 1, 4]);
    }

    [Fact]
    public void Loss_IsTheMeanOfBothSurprises()
    {
        SpanReader reader = New();
        Tensor logits = reader.Forward(Questions).LogSoftmax();

        Assert.Equal(-(logits[0, 0, 2] + logits[1, 0, 3] + logits[0, 1, 0] + logits[1, 1, 0]) / 4, reader.Loss(Questions).Value, 1e-5f);
    }

    [Fact]
    public void Answer_HasTheLargestSum_AndIsNotLongerThanAllowed()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            SpanReader reader = New(seed, longest: 2);
            Tensor logits = reader.Forward(Questions);
            for (int question = 0; question < 2; question++)
            {
                int length = Questions[question].Passage.Length;
                var spans = from first in Enumerable.Range(0, length)
                            from last in Enumerable.Range(first, length - first)
                            where last - first < 2
                            orderby logits[0, question, first + 1] + logits[1, question, last + 1] descending
                            select new TokenSpan(first, last);
                TokenSpan best = spans.First();
                bool isThere = logits[0, question, best.First + 1] + logits[1, question, best.Last + 1] > logits[0, question, 0] + logits[1, question, 0];

                Assert.Equal((seed, isThere ? best : null), (seed, reader.Answer(Questions)[question]));
            }
        }
    }

    [Fact]
    public void Of_ASquadQuestion_PointsAtTheAnswersWords()
    {
        Vocabulary vocabulary = Vocabulary.Of(["[?]", "The", "cat", "sat", "on", "the", "mat", ".", "Who", "?"], unknown: "[?]");
        SquadQuestion question = new("q", "Cats", "The cat sat on the mat.", "Who sat?", [new("on the mat", 12), new("the mat", 15)], false, []);

        SpanQuestion made = SpanQuestion.Of(question, WordTokenizer.Tokens, vocabulary);

        Assert.Equal([8, 3, 9], made.Question);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], made.Passage);
        Assert.Equal(new TokenSpan(3, 5), made.Answer);
        Assert.Equal(new TokenSpan(1, 2), SpanQuestion.Of(question with { Answers = [new("at s", 5)] }, WordTokenizer.Tokens, vocabulary).Answer);
        Assert.Equal(new TokenSpan(6, 6), SpanQuestion.Of(question with { Answers = [new(".", 22)] }, WordTokenizer.Tokens, vocabulary).Answer); // the word that ends where it begins is not of it
        Assert.Null(SpanQuestion.Of(question with { Answers = [], IsImpossible = true }, WordTokenizer.Tokens, vocabulary).Answer);
        Assert.Contains("question q: no token stands where the answer does, at 40", Assert.Throws<ArgumentException>(() => SpanQuestion.Of(question with { Answers = [new("dog", 40)] }, WordTokenizer.Tokens, vocabulary)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_OfThePassageOverTheQuestion_AreRecorded()
    {
        using AttentionRecorder recorder = AttentionRecorder.Start();
        New().Answer(Questions);

        Tensor weights = recorder["crossLayers.1.crossAttention"];

        Assert.Equal(Shape.Create([2, 2, 5, 3]), weights.Shape);
        Assert.Equal(0, weights[0, 1, 4, 2]); // the first question has two words
        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        SpanReader reader = New();

        Assert.Contains("from 1 to 5 tokens, and passage 0 has 6", Assert.Throws<ArgumentException>(() => reader.Forward([new([1], [1, 2, 3, 4, 5, 6])])).Message, StringComparison.Ordinal);
        Assert.Contains("and question 0 has 0", Assert.Throws<ArgumentException>(() => reader.Forward([new([], [1])])).Message, StringComparison.Ordinal);
        Assert.Contains("question 0 has a passage of 2 tokens and an answer from 1 to 2", Assert.Throws<ArgumentException>(() => reader.Loss([new([1], [1, 2], new(1, 2))])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => reader.Loss([new([1], [1, 2], new(1, 0))]));
        Assert.Throws<ArgumentException>(() => reader.Forward([new([7], [1])]));
        Assert.Contains("reader: expected", Assert.Throws<ArgumentException>(() => new SpanReader(new(0), new(1))).Message, StringComparison.Ordinal);
    }

    private static SpanReader New(ulong seed = 1, int longest = 15) => new SpanReader(new(7) { Context = 5, Width = 4, Heads = 2, InnerWidth = 6, LongestAnswer = longest }, new(seed)).Stirred(1, seed + 20);
}
