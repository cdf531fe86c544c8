namespace Attention.Models.Tests.Models.Knowledge;

public sealed class KeyValueMemoryTests
{
    private static readonly MemoryQuestion[] Questions = [new([1, 4], [new([1, 2], 6), new([3], 7), new([4, 0, 5], 8)], 6), new([5], [new([5], 7), new([2, 2], 6)], 7)];

    [Fact]
    public void Loss_Backward_IsTheSlope()
    {
        KeyValueMemoryNetwork network = New();

        GradientCheck.Assert(() => network.Loss(Questions), [.. network.Parameters]);
    }

    [Fact]
    public void Parameters_AreAsManyAsTheSizesSay() => Assert.Equal((9 * 4) + (2 * 4 * 4) + (9 * 4), New().ParameterCount);

    [Fact]
    public void Forward_GivesEachQuestionWhatItGetsAlone()
    {
        KeyValueMemoryNetwork network = New();

        Tensor together = network.Forward(Questions);

        Assert.Equal(Shape.Create([2, 9]), together.Shape);
        Golden.GoldenCases.Near("first", network.Forward([Questions[0]]), together.Slice(0, 0, 1));
        Golden.GoldenCases.Near("second", network.Forward([Questions[1]]), together.Slice(0, 1, 1));
    }

    [Fact]
    public void Forward_DoesNotLookAtTheOrderOfFactsAndWords()
    {
        KeyValueMemoryNetwork network = New();
        MemoryQuestion turned = new([4, 1], [new([4, 5, 0], 8), new([2, 1], 6), new([3], 7)]);

        Golden.GoldenCases.Near("logits", network.Forward([Questions[0]]), network.Forward([turned]));
    }

    [Fact]
    public void Forward_WithoutFacts_AnswersFromTheQuestion()
    {
        KeyValueMemoryNetwork network = New();
        IReadOnlyDictionary<string, Tensor> state = network.State();
        int[] word = [3];

        Tensor query = state["words.weight"].Select(word);
        query = query.Linear(state["hops.0.weight"]).Linear(state["hops.1.weight"]);

        Golden.GoldenCases.Near("logits", query.Linear(state["answers.weight"]), network.Forward([new([3], [])]));
    }

    [Fact]
    public void Weights_OfEveryHop_AreRecorded()
    {
        using AttentionRecorder recorder = AttentionRecorder.Start();
        New().Answer(Questions);

        Assert.Equal(["hops.0", "hops.1"], recorder.Entries.Select(entry => entry.Layer));
        Tensor weights = recorder["hops.1"];
        Assert.Equal(Shape.Create([2, 1, 1, 3]), weights.Shape);
        Assert.Equal(0, weights[1, 0, 0, 2]); // the second memory has two facts
        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        KeyValueMemoryNetwork network = New();

        Assert.Contains("words from 0 to 8, got [9]", Assert.Throws<ArgumentException>(() => network.Forward([new([9], [])])).Message, StringComparison.Ordinal);
        Assert.Contains("got [1, -1]", Assert.Throws<ArgumentException>(() => network.Forward([new([0], [new([1, -1], 0)])])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => network.Loss([new([0], [], Answer: 9)]));
        Assert.Contains("got 9, 32 and 0", Assert.Throws<ArgumentException>(() => new KeyValueMemoryNetwork(new(9) { Hops = 0 }, new(1))).Message, StringComparison.Ordinal);
    }

    private static KeyValueMemoryNetwork New() => new KeyValueMemoryNetwork(new(9) { Width = 4 }, new(1)).Stirred(1);
}
