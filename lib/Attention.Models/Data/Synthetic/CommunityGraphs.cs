namespace Attention.Models;

/// <summary>A graph of people who know each other, and the community that each belongs to.</summary>
/// <param name="Graph">Who knows whom.</param>
/// <param name="Communities">[n]; the community of every node, counted from 0.</param>
/// <param name="Features">[n, communities]; for every node a 1 at the community that it names, which is sometimes a wrong one.</param>
public sealed record CommunityExample(EdgeGraph Graph, int[] Communities, float[,] Features);

/// <summary>Graphs with communities: nodes of one community are linked more often than others.</summary>
/// <remarks>The stochastic block model (Holland et al. 1983). Every node has more links into its own community than into any other, so that its neighbours tell its community.</remarks>
public sealed class CommunityGraphs : SyntheticTask<CommunityExample>
{
    private readonly int _communities, _size;
    private readonly double _inside, _outside, _wrong;

    /// <summary>A task of this size.</summary>
    /// <param name="communities">How many communities there are.</param>
    /// <param name="size">Nodes a community, at least 3.</param>
    /// <param name="inside">How likely two nodes of one community are linked.</param>
    /// <param name="outside">How likely two nodes of different communities are linked.</param>
    /// <param name="wrong">How likely a node names a community at random.</param>
    public CommunityGraphs(int communities = 3, int size = 8, double inside = 0.5, double outside = 0.05, double wrong = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(communities, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 3);
        foreach ((string name, double chance) in ((string, double)[])[(nameof(inside), inside), (nameof(outside), outside), (nameof(wrong), wrong)])
        {
            if (chance is not (>= 0 and <= 1))
            {
                throw new ArgumentOutOfRangeException(name, chance, "a chance is from 0 to 1");
            }
        }

        (_communities, _size, _inside, _outside, _wrong) = (communities, size, inside, outside, wrong);
    }

    /// <inheritdoc/>
    protected override CommunityExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int count = _communities * _size;
        int[] communities = [.. Enumerable.Range(0, count).Select(node => node % _communities)];
        random.Shuffle<int>(communities);
        bool[,] linked = new bool[count, count];
        for (int community = 0; community < _communities; community++)
        {
            // A ring through each community gives every node two links inside.
            int[] members = [.. Enumerable.Range(0, count).Where(node => communities[node] == community)];
            for (int i = 0; i < members.Length; i++)
            {
                Link(members[i], members[(i + 1) % members.Length], true);
            }
        }

        for (int node = 0; node < count; node++)
        {
            for (int other = 0; other < node; other++)
            {
                bool drawn = random.NextDouble() < (communities[node] == communities[other] ? _inside : _outside);
                Link(node, other, linked[node, other] || drawn);
            }
        }

        for (int node = 0; node < count; node++)
        {
            int[] links = new int[_communities];
            for (int other = 0; other < count; other++)
            {
                links[communities[other]] += linked[node, other] ? 1 : 0;
            }

            for (int other = 0; other < count; other++)
            {
                int community = communities[other];
                if (linked[node, other] && community != communities[node] && links[community] >= links[communities[node]])
                {
                    links[community]--;
                    Link(node, other, false);
                }
            }
        }

        float[,] features = new float[count, _communities];
        for (int node = 0; node < count; node++)
        {
            features[node, random.NextDouble() < _wrong ? random.NextInt(_communities) : communities[node]] = 1;
        }

        Edge[] edges = [.. Enumerable.Range(0, count).SelectMany(node => Enumerable.Range(0, node).Where(other => linked[node, other]).Select(other => new Edge(other, node)))];
        return new CommunityExample(new EdgeGraph([.. Enumerable.Range(0, count).Select(node => FormattableString.Invariant($"p{node}"))], edges, directed: false), communities, features);

        void Link(int node, int other, bool value) => linked[node, other] = linked[other, node] = value;
    }

    /// <inheritdoc/>
    protected override string Key(CommunityExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return string.Join(';', example.Graph.Edges.Select(edge => FormattableString.Invariant($"{edge.From} {edge.To}")));
    }
}
