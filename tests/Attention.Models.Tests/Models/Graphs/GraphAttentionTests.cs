namespace Attention.Models.Tests.Models.Graphs;

public sealed class GraphAttentionTests
{
    private static readonly EdgeGraph Path = new(["a", "b", "c", "d", "e"], [new(0, 1), new(1, 2), new(2, 3), new(3, 4)], directed: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Loss_Backward_IsTheSlope(bool isDirected)
    {
        EdgeGraph graph = new(["a", "b", "c", "d"], [new(0, 1), new(2, 1), new(3, 0)], isDirected);
        GraphAttentionNetwork network = New();
        Tensor features = Features(4).WithGradient("features");
        int[] classes = [0, 2, -1, 1];

        GradientCheck.Assert(() => network.Loss(features, graph, classes, ignoreIndex: -1), [features, .. network.Parameters]);
    }

    [Fact]
    public void Parameters_AreAsManyAsTheSizesSay()
    {
        // First layer: 2 heads of 4×3, two score rows and a bias of 8; last: 2 heads of 3×8, two score rows of 6 and a bias of 3.
        Assert.Equal((8 * 3) + 8 + 8 + 8 + (6 * 8) + 6 + 6 + 3, New().ParameterCount);
    }

    [Fact]
    public void Forward_SeesAsManyEdgesAwayAsThereAreLayers()
    {
        GraphAttentionNetwork network = New();
        Tensor one = Features(5), other = Tensor.Of(one.Values, 5, 3);
        other.Values[0] += 1;

        Tensor before = network.Forward(one, Path), after = network.Forward(other, Path);

        for (int node = 0; node < 5; node++)
        {
            Assert.Equal(node > 2, before.At(0, node).ToArray().SequenceEqual(after.At(0, node).ToArray()));
        }
    }

    [Fact]
    public void Forward_OfADirectedGraph_FollowsItsEdges()
    {
        GraphAttentionNetwork network = New();
        EdgeGraph path = new(Path.Nodes, Path.Edges, directed: true);
        Tensor one = Features(5), other = Tensor.Of(one.Values, 5, 3);
        other.Values[2 * 3] += 1;

        Tensor before = network.Forward(one, path), after = network.Forward(other, path);

        Assert.Equal([true, true, false, false, false], Enumerable.Range(0, 5).Select(node => before.At(0, node).ToArray().SequenceEqual(after.At(0, node).ToArray())));
    }

    [Fact]
    public void Forward_OfRenumberedNodes_IsTheSameRenumbered()
    {
        GraphAttentionNetwork network = New();
        int[] places = [3, 0, 4, 2, 1]; // of the old nodes
        EdgeGraph renumbered = new(Path.Nodes, [.. Path.Edges.Select(edge => new Edge(places[edge.From], places[edge.To]))], directed: false);
        Tensor features = Features(5);
        int[] old = [.. Enumerable.Range(0, 5).OrderBy(node => places[node])];

        Golden.GoldenCases.Near("rows", network.Forward(features, Path).Select(old), network.Forward(features.Select(old), renumbered));
    }

    [Fact]
    public void Forward_OfAUnion_IsThatOfEachGraph()
    {
        GraphAttentionNetwork network = New();
        EdgeGraph pair = new(["x", "y"], [new(0, 1)], directed: false), union = EdgeGraph.Union([Path, pair, Path]);
        Tensor one = Features(5), two = Features(2, seed: 8), three = Features(5, seed: 9);

        Tensor together = network.Forward(Tensor.Concat(0, one, two, three), union);

        Assert.Equal(["a", "b", "c", "d", "e", "x", "y", "a", "b", "c", "d", "e"], union.Nodes);
        Golden.GoldenCases.Near("rows", Tensor.Concat(0, network.Forward(one, Path), network.Forward(two, pair), network.Forward(three, Path)), together);
    }

    [Fact]
    public void Weights_AreThoseOfNeighbours()
    {
        using AttentionRecorder recorder = AttentionRecorder.Start();
        New().Predict(Features(5), Path);
        Tensor weights = recorder["layers.0"];

        Assert.Equal(Shape.Create([1, 2, 5, 5]), weights.Shape);
        for (int i = 0; i < 25; i++)
        {
            Assert.Equal(Math.Abs((i / 5) - (i % 5)) <= 1, weights[0, 1, i / 5, i % 5] > 0);
        }

        Assert.All(weights.Sum(-1).ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    /// <summary>A node that sees itself alone: were only its weight dropped or kept, there would be two answers.</summary>
    [Fact]
    public void Dropout_AlsoDropsFeatures()
    {
        GraphAttentionNetwork network = new(new(3, 2) { Layers = 1, Dropout = 0.5f }, new(1));
        EdgeGraph node = new(["a"], [], directed: false);
        Tensor features = Features(1);

        Assert.InRange(Enumerable.Range(0, 100).Select(_ => string.Join(' ', network.Forward(features, node).ToArray())).Distinct().Count(), 6, 8); // of three features each is there or not
        network.Evaluate();
        Assert.Equal(network.Forward(features, node).ToArray(), network.Forward(features, node).ToArray());
    }

    [Fact]
    public void OutOfRange_IsRefused()
    {
        Assert.Contains("expected features [5, 3], got [4, 3]", Assert.Throws<ArgumentException>(() => New().Forward(Features(4), Path)).Message, StringComparison.Ordinal);
        Assert.Contains("got 3, 0, 2, 8, 4 and 1", Assert.Throws<ArgumentException>(() => new GraphAttentionNetwork(new(3, 0), new(1))).Message, StringComparison.Ordinal);
        Assert.Contains("a mask of 4×4 = 16, got 15", Assert.Throws<ArgumentException>(() => new GraphAttentionLayer(3, 2, 1, true, new(1)).Forward(Features(4), new bool[15])).Message, StringComparison.Ordinal);
        EdgeGraph directed = new(["x"], [], directed: true);
        Assert.Contains("graph 1 is directed, the first is not", Assert.Throws<ArgumentException>(() => EdgeGraph.Union([Path, directed])).Message, StringComparison.Ordinal);
    }

    private static GraphAttentionNetwork New() => new GraphAttentionNetwork(new(3, 3) { Width = 4, Heads = 2, LastHeads = 2 }, new(1)).Stirred(1);

    private static Tensor Features(int count, ulong seed = 7) => Tensor.Normal(new(seed), 1, count, 3);
}
