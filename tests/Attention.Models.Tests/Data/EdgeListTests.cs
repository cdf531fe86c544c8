namespace Attention.Models.Tests.Data;

public sealed class EdgeListTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_CommentsWeightsAndSeparators_AreUnderstood()
    {
        EdgeGraph graph = EdgeList.Read(_folder.Write("g.txt", "# a graph\n% another comment\n\nada bob\n bob\tcai\t0.5\ncai, ada, -2e-1\n"), directed: true);

        Assert.Equal(["ada", "bob", "cai"], graph.Nodes);
        Assert.Equal([new Edge(0, 1, 1), new Edge(1, 2, 0.5f), new Edge(2, 0, -0.2f)], graph.Edges);
        Assert.True(graph.IsDirected);
    }

    [Fact]
    public void ToMask_DirectedOrNot_LetsNodesSeeWhereTheirEdgesComeFrom()
    {
        string path = _folder.Write("g.txt", "a b\nb c\n");

        Assert.Equal(new[,] { { true, false, false }, { true, true, false }, { false, true, true } }, EdgeList.Read(path, directed: true).ToMask());
        Assert.Equal(new[,] { { true, true, false }, { true, true, true }, { false, true, true } }, EdgeList.Read(path).ToMask());
    }

    [Theory]
    [InlineData("a b\na\n", "(2): expected two nodes and perhaps a weight, got 1 fields")]
    [InlineData("a b 1 2\n", "(1): expected two nodes and perhaps a weight, got 4 fields")]
    [InlineData("a b x\n", "(1): weight \"x\" is no finite number")]
    [InlineData("a b NaN\n", "(1): weight \"NaN\" is no finite number")]
    [InlineData("a b 1e99\n", "(1): weight \"1e99\" is no finite number")]
    public void Read_BrokenLine_IsNamed(string text, string expected)
    {
        string path = _folder.Write("g.txt", text);

        Assert.Equal(path + expected, Assert.Throws<InvalidDataException>(() => EdgeList.Read(path)).Message);
    }

    [Fact]
    public void EdgeGraph_NodeThatIsNotThere_IsRefused() =>
        Assert.StartsWith("edges: 0 – 2 in a graph of 2 nodes", Assert.Throws<ArgumentException>(() => new EdgeGraph(["a", "b"], [new Edge(0, 2)], false)).Message, StringComparison.Ordinal);
}
