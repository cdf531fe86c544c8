namespace Attention.Models.Tests.Models.Knowledge;

public sealed class RetrievalTests
{
    private static readonly int[] Text = [1, 4, 2, 6, 0, 3, 3, 5, 1, 2];

    [Fact]
    public void Probabilities_AreAsTheDefinitionSays()
    {
        (float X, float Y, int Next)[] stored = [(0, 0, 1), (1, 0, 2), (0, 2, 1), (5, 5, 0)];
        RetrievalMemory memory = new(2, 3);
        memory.Add(Tensor.Of([.. stored.SelectMany(one => new[] { one.X, one.Y })], 4, 2), [.. stored.Select(one => one.Next)]);

        float[] next = memory.Probabilities(Tensor.Of([0.5f, 0.25f], 1, 1, 2), neighbours: 3, temperature: 2).ToArray();

        double[] worth = [.. stored.Take(3).Select(one => Math.Exp(-(Math.Pow(0.5 - one.X, 2) + Math.Pow(0.25 - one.Y, 2)) / 2))];
        Assert.Equal(0, next[0]);
        Assert.Equal((worth[0] + worth[2]) / worth.Sum(), next[1], 1e-6);
        Assert.Equal(worth[1] / worth.Sum(), next[2], 1e-6);
    }

    [Fact]
    public void Probabilities_OfEqualDistances_KeepTheFirst()
    {
        RetrievalMemory memory = new(1, 3);
        memory.Add(Tensor.Of([1f, -1f, 1f], 3, 1), [2, 1, 0]);

        Assert.Equal([0, 0.5f, 0.5f], memory.Probabilities(Tensor.Zeros(1, 1), neighbours: 2).ToArray());
        Assert.Equal([1 / 3f, 1 / 3f, 1 / 3f], memory.Probabilities(Tensor.Zeros(1, 1), neighbours: 9).ToArray());
    }

    [Fact]
    public void Add_StoresInPieces_AndCopies()
    {
        RetrievalMemory memory = new(1, 200), whole = new(1, 200);
        Tensor keys = Tensor.Range(200).Reshape(200, 1);
        int[] next = [.. Enumerable.Range(0, 200).Reverse()];
        whole.Add(keys, next);
        for (int i = 0; i < 200; i++)
        {
            Tensor key = Tensor.Of(keys.Values.Slice(i, 1), 1, 1);
            memory.Add(key, next.AsSpan(i, 1));
            key.Values[0] = 1000;
        }

        Assert.Equal(200, memory.Count);
        Assert.Equal(whole.Probabilities(keys, 3).ToArray(), memory.Probabilities(keys, 3).ToArray());
        Assert.Equal(next, memory.Probabilities(keys, 1).ArgMax());
    }

    [Fact]
    public void Contexts_ThroughTheOutput_AreTheLogits()
    {
        Gpt gpt = New();

        Assert.Equal(Shape.Create([2, 5, 4]), gpt.Contexts(Text, 2, 5).Shape);
        Assert.Equal(gpt.Forward(Text, 2, 5).ToArray(), gpt.Contexts(Text, 2, 5).Linear(gpt.State()["tokenEmbedding.weight"]).ToArray());
    }

    [Fact]
    public void Probabilities_AreMixed()
    {
        Gpt gpt = New();
        RetrievalGpt model = new(gpt, new() { Neighbours = 2, Share = 0.3f, Temperature = 0.5f });
        Tensor own = gpt.Forward(Text, 2, 5).Softmax();
        Assert.Equal(own.ToArray(), model.Probabilities(Text, 2, 5).ToArray()); // nothing read yet

        model.Read(Text, 2);

        Assert.Equal(8, model.Datastore.Count);
        Tensor expected = (own * 0.7f) + (model.Datastore.Probabilities(gpt.Contexts(Text, 2, 5), 2, 0.5f) * 0.3f);
        Golden.GoldenCases.Near("probabilities", expected, model.Probabilities(Text, 2, 5));
        Assert.Equal(0, gpt.Parameters.Count(parameter => parameter.Gradient is not null));
    }

    [Fact]
    public void Surprise_IsTheModelsLoss_WithoutAMemory()
    {
        Gpt gpt = New();

        Assert.Equal(gpt.Loss(Text, 2).Value, new RetrievalGpt(gpt, new()).Surprise(Text, 2), 1e-5);
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        RetrievalMemory memory = new(2, 3);
        RetrievalGpt model = new(New(), new());

        Assert.Contains("nothing is stored", Assert.Throws<InvalidOperationException>(() => memory.Probabilities(Tensor.Zeros(1, 2), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("contexts [..., 2], got [1, 3]", Assert.Throws<ArgumentException>(() => memory.Add(Tensor.Zeros(1, 3), [0])).Message, StringComparison.Ordinal);
        Assert.Contains("each of 2 contexts, got 1", Assert.Throws<ArgumentException>(() => memory.Add(Tensor.Zeros(2, 2), [0])).Message, StringComparison.Ordinal);
        Assert.Contains("tokens from 0 to 2, got 3", Assert.Throws<ArgumentException>(() => memory.Add(Tensor.Zeros(2, 2), [0, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("memory: number 3 of the contexts [2, 2] is NaN", Assert.Throws<ArgumentException>(() => memory.Add(Tensor.Of([1, 2, 3, float.NaN], 2, 2), [0, 2])).Message, StringComparison.Ordinal);
        Assert.Equal(0, memory.Count);
        Assert.Contains("3 texts of equal length, 2 tokens or more, are not made of 10 tokens", Assert.Throws<ArgumentException>(() => model.Read(Text, 3)).Message, StringComparison.Ordinal);
        Assert.Contains("got 8, 1 and 1.5", Assert.Throws<ArgumentException>(() => new RetrievalGpt(New(), new() { Share = 1.5f })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Probabilities(Tensor.Zeros(1, 2), 0));
    }

    private static Gpt New() => new Gpt(new(7) { Context = 8, Width = 4, Heads = 2, Layers = 1 }, new(1)).Stirred(1);
}
