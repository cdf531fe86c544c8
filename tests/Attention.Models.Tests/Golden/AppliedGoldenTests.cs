namespace Attention.Models.Tests.Golden;

public sealed class AppliedGoldenTests
{
    private static readonly GoldenCases Cases = GoldenCases.Read("applied.json");

    [Fact]
    public void GraphAttentionNetwork_IsPyTorchs()
    {
        GraphAttentionNetwork network = new(new(3, 3) { Width = 4, Heads = 2, LastHeads = 2 }, new(1));
        EdgeGraph graph = new(["a", "b", "c", "d", "e"], [new(0, 1), new(0, 2), new(2, 3)], directed: false);
        Tensor nodes = Cases["graph"]["nodes"];
        int[] classes = [0, 2, 1, 1, 0];

        ModelGolden.Holds(Cases["graph"], network, () => network.Forward(nodes, graph), () => network.Loss(nodes, graph, classes));
    }

    [Fact]
    public void SequentialRecommender_IsPyTorchs()
    {
        SequentialRecommender model = new(new(7) { Context = 4, Width = 8, Heads = 2, InnerWidth = 12 }, new(1));
        int[][] histories = [[1, 4, 2, 6], [3, 5]], others = [[0, 5, 3], [2]];

        ModelGolden.Holds(Cases["recommender"], model, () => model.Scores(histories), () => model.Loss(histories, others));
    }

    [Fact]
    public void SpanReader_IsPyTorchs()
    {
        SpanReader reader = new(new(7) { Context = 5, Width = 8, Heads = 2, CrossLayers = 1, InnerWidth = 12 }, new(1));
        SpanQuestion[] questions = [new([1, 4], [2, 6, 0, 3], new(1, 2)), new([5, 1, 2], [4, 4, 6, 1])];

        ModelGolden.Holds(Cases["reader"], reader, () => reader.Forward(questions), () => reader.Loss(questions));
    }

    [Fact]
    public void KeyValueMemoryNetwork_IsPyTorchs()
    {
        KeyValueMemoryNetwork network = new(new(9) { Width = 8 }, new(1));
        MemoryQuestion[] questions = [new([1, 4], [new([1, 2], 6), new([3], 7), new([4, 0, 5], 8)], 6), new([5], [new([5], 7), new([2, 2], 6)], 7)];

        ModelGolden.Holds(Cases["memory"], network, () => network.Forward(questions), () => network.Loss(questions));
    }

    [Fact]
    public void TextImageModel_IsPyTorchs()
    {
        TextImageModel model = new(new(7, ImageSide: 4, PatchSide: 2) { Context = 4, Width = 8, Heads = 2, InnerWidth = 12 }, new(1));
        Tensor images = Cases["text and image"]["images"];
        int[][] texts = [[1, 4, 2], [5, 6]];

        ModelGolden.Holds(Cases["text and image"], model, () => model.Forward(texts, images), () => model.Loss(texts, images));
    }

    [Fact]
    public void RetrievalMemory_IsPyTorchs()
    {
        IReadOnlyDictionary<string, Tensor> golden = Cases["retrieval"];
        RetrievalMemory memory = new(width: 4, vocabulary: 5);
        memory.Add(golden["keys"], [0, 2, 2, 1, 0, 4]);

        GoldenCases.Near("probabilities", golden["output"], memory.Probabilities(golden["queries"], neighbours: 3, temperature: 2));
    }
}
