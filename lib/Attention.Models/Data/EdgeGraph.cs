using static System.FormattableString;

namespace Attention.Models;

/// <summary>An edge between two nodes of a graph, by their numbers.</summary>
/// <param name="From">The node it leaves.</param>
/// <param name="To">The node it enters.</param>
/// <param name="Weight">Its weight; 1 where there is none.</param>
public readonly record struct Edge(int From, int To, float Weight = 1);

/// <summary>A graph of nodes and weighted edges.</summary>
public sealed class EdgeGraph
{
    /// <summary>A graph over nodes that are given.</summary>
    /// <param name="nodes">The nodes' names; their places are their numbers.</param>
    /// <param name="edges">The edges; an edge of a graph that is not directed leads both ways.</param>
    /// <param name="directed">Whether an edge leads one way only.</param>
    /// <exception cref="ArgumentException">An edge names a node that is not there.</exception>
    public EdgeGraph(IReadOnlyList<string> nodes, IReadOnlyList<Edge> edges, bool directed)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        foreach (Edge edge in edges)
        {
            if ((uint)edge.From >= (uint)nodes.Count || (uint)edge.To >= (uint)nodes.Count)
            {
                throw new ArgumentException(Invariant($"edges: {edge.From} – {edge.To} in a graph of {nodes.Count} nodes"), nameof(edges));
            }
        }

        (Nodes, Edges, IsDirected) = (nodes, edges, directed);
    }

    /// <summary>The nodes' names, by number.</summary>
    public IReadOnlyList<string> Nodes { get; }

    /// <summary>The edges.</summary>
    public IReadOnlyList<Edge> Edges { get; }

    /// <summary>Whether an edge leads one way only.</summary>
    public bool IsDirected { get; }

    /// <summary>Several graphs as one, with no edge between them: the nodes of the first, then those of the second, and so on.</summary>
    /// <param name="graphs">All directed, or none.</param>
    /// <exception cref="ArgumentException">Some are directed and others not.</exception>
    public static EdgeGraph Union(IReadOnlyList<EdgeGraph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        List<string> nodes = [];
        List<Edge> edges = [];
        for (int i = 0; i < graphs.Count; i++)
        {
            if (graphs[i].IsDirected != graphs[0].IsDirected)
            {
                throw new ArgumentException(Invariant($"graphs: graph {i} is {(graphs[i].IsDirected ? "" : "not ")}directed, the first is {(graphs[0].IsDirected ? "" : "not ")}"), nameof(graphs));
            }

            int first = nodes.Count;
            nodes.AddRange(graphs[i].Nodes);
            edges.AddRange(graphs[i].Edges.Select(edge => edge with { From = first + edge.From, To = first + edge.To }));
        }

        return new EdgeGraph(nodes, edges, graphs.Count > 0 && graphs[0].IsDirected);
    }

    /// <summary>Which nodes attend to which: [n, n], true where an edge leads from the column's node to the row's; every node also sees itself.</summary>
    public bool[,] ToMask()
    {
        bool[,] mask = new bool[Nodes.Count, Nodes.Count];
        for (int node = 0; node < Nodes.Count; node++)
        {
            mask[node, node] = true;
        }

        foreach (Edge edge in Edges)
        {
            mask[edge.To, edge.From] = true;
            mask[edge.From, edge.To] |= !IsDirected;
        }

        return mask;
    }
}
