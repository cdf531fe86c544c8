namespace Attention.Models.Tests.Tensors;

public sealed class GraphTests
{
    [Fact]
    public void Of_AnExpression_ReadsFromWhatWasGivenToTheResult()
    {
        Tensor weight = Tensor.Ones(2, 2).WithGradient("weight"), x = Tensor.Ones(1, 2);
        Tensor hidden = x.MatMul(weight);
        hidden.Name = "hidden";

        var graph = Graph.Of((hidden * hidden).Sum());

        Assert.Equal(
            """
            %1 = input [1, 2]
            %2 = weight [2, 2], learned
            %3 = MatMul(%1, %2) [1, 2], hidden
            %4 = Multiply(%3, %3) [1, 2]
            %5 = Sum(%4) []
            """,
            graph.ToString());
        Assert.Equal([(1, 3), (2, 3), (3, 4), (3, 4), (4, 5)], graph.Edges);
        Assert.Equal(new GraphNode(2, "weight", null, [2, 2], true), graph.Nodes[1]);
    }

    [Fact]
    public void Of_WhatWasGiven_IsItself()
    {
        Assert.Equal("%1 = input [3]", Graph.Of(Tensor.Ones(3)).ToString());
        using IDisposable off = Gradients.Off();
        Assert.Equal("%1 = input []", Graph.Of(Tensor.Ones(3).WithGradient().Sum()).ToString());
    }
}
