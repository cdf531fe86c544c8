namespace Attention.Models.Tests.Models.Transformers;

public sealed class TransformerXlTests
{
    private static readonly int[] First = [1, 4, 2, 3, 3, 5], Second = [6, 0, 5, 1, 2, 6], Joined = [1, 4, 2, 6, 0, 5, 3, 3, 5, 1, 2, 6];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Loss_Backward_IsTheSlope(ulong seed)
    {
        TransformerXl model = New(seed: seed);
        int[] targets = [0, 5, 3, 2, 6, 4];
        TransformerXlMemory before = model.Forward(First, 2).Memory; // stays: no gradient goes through it

        GradientCheck.Assert(
            () =>
            {
                TransformerXlMemory? memory = before;
                return model.Loss(Second, targets, 2, ref memory);
            },
            [.. model.Parameters]);
    }

    [Fact]
    public void Forward_WithMemory_IsFullAttentionOverBothSegments()
    {
        TransformerXl model = New();

        Tensor whole = model.Forward(Joined, 2).Logits;
        (Tensor first, TransformerXlMemory memory) = model.Forward(First, 2);
        Tensor second = model.Forward(Second, 2, memory).Logits;

        Golden.GoldenCases.Near("first segment", whole.Slice(1, 0, 3), first);
        Golden.GoldenCases.Near("second segment", whole.Slice(1, 3, 3), second);
        Assert.NotEqual(model.Forward(Second, 2).Logits.ToArray(), second.ToArray());
    }

    [Fact]
    public void Forward_KeepsAsMuchAsTheMemoryHolds_TheNewest()
    {
        TransformerXl model = New(memory: 4);
        TransformerXlMemory memory = model.Forward(First, 2).Memory;
        Assert.Equal(3, memory.Length);

        memory = model.Forward(Second, 2, memory).Memory;

        Assert.Equal(4, memory.Length);
        Assert.Equal(New(memory: 6).Forward(Second, 2, New(memory: 6).Forward(First, 2).Memory).Memory.Layers[0].Slice(1, 2, 4).ToArray(), memory.Layers[0].ToArray());
        Assert.Equal(0, New(memory: 0).Forward(First, 2).Memory.Length);
    }

    [Fact]
    public void Forward_ShowsNoTokenToThoseBeforeIt()
    {
        TransformerXl model = New();
        int[] one = [1, 4, 2], two = [1, 4, 6];

        Assert.Equal(model.Forward(one, 1).Logits.ToArray()[..14], model.Forward(two, 1).Logits.ToArray()[..14]);
    }

    [Fact]
    public void Recorder_WritesTheWeightsThatAreUsed()
    {
        TransformerXl model = New();
        TransformerXlMemory memory = model.Forward(First, 2).Memory;
        using AttentionRecorder recorder = AttentionRecorder.Start();

        model.Forward(Second, 2, memory);

        Tensor weights = recorder["layers.0.attention"];
        Assert.Equal([2, 2, 3, 6], weights.Shape.ToReadOnlySpan().ToArray());
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(1, Enumerable.Range(0, 4 + i).Sum(j => weights[1, 1, i, j]), 1e-5f);
        }
    }

    [Fact]
    public void Generate_Greedy_TakesTheLikeliestOfAllThatIsRemembered()
    {
        TransformerXl model = New(memory: 12);
        List<int> text = [1, 4, 2, 6];
        for (int i = 0; i < 4; i++)
        {
            text.Add(New(memory: 12, segment: 12).Forward(text.ToArray(), 1).Logits.ArgMax()[^1]);
        }

        Assert.Equal(text.Skip(4), model.Generate([1, 4, 2, 6], 4, Sampling.Greedy, new(1)));
        Assert.Equal(text.Skip(4).TakeWhile(token => token != text[5]).Append(text[5]), model.Generate([1, 4, 2, 6], 4, Sampling.Greedy, new(1), endToken: text[5]));
        Assert.Empty(model.Generate([1], 0, Sampling.Greedy, new(1)));
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        TransformerXl model = New();
        int[] seven = new int[7];

        Assert.Contains("1 segments of 1 to 6 tokens are not made of 7", Assert.Throws<ArgumentException>(() => model.Forward(seven, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("the memory has 2 layers of [2, 3, 4]", Assert.Throws<ArgumentException>(() => model.Forward(First, 1, model.Forward(First, 2).Memory)).Message, StringComparison.Ordinal);
        Assert.Contains("got 0 and 2", Assert.Throws<ArgumentException>(() => model.Generate([], 2, Sampling.Greedy, new(1))).Message, StringComparison.Ordinal);
        Assert.Contains("3 heads for the width 4", Assert.Throws<ArgumentException>(() => new TransformerXl(new(7) { Width = 4, Heads = 3 }, new(1))).Message, StringComparison.Ordinal);
    }

    private static TransformerXl New(int memory = 6, int segment = 6, ulong seed = 1) =>
        new TransformerXl(new(7) { Segment = segment, Memory = memory, Width = 4, Heads = 2, InnerWidth = 5 }, new(seed)).Stirred(1, seed);
}
