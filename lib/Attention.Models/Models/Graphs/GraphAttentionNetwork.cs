using static System.FormattableString;

namespace Attention.Models;

/// <summary>Tells the class of every node of a graph from what the nodes around it say of themselves.</summary>
/// <remarks>
/// Veličković et al. 2018, § 3.3: layers of graph attention, ELU between them; the last layer's heads are averaged and give the logits. What is learned does not depend on the graph, so
/// that a network may be used on graphs that it has not seen. Many graphs are one batch as <see cref="EdgeGraph.Union"/>.
/// </remarks>
/// <example>
/// <code>
/// CommunityExample[] towns = new CommunityGraphs().Take(Split.Training, 20, seed: 1);
/// GraphAttentionNetwork network = new(new GraphAttentionOptions(Features: 3, Classes: 3), new RandomSource(1));
/// Trainer trainer = new(network, new AdamOptimizer(network.NamedParameters, 1e-2), new() { Steps = 60 });
/// trainer.Run(step =&gt;
/// {
///     CommunityExample town = towns[step % towns.Length];
///     return network.Loss(Tensor.Of(town.Features), town.Graph, town.Communities);
/// });
/// using AttentionRecorder recorder = AttentionRecorder.Start();
/// int[] classes = network.Predict(Tensor.Of(towns[0].Features), towns[0].Graph);
/// Console.WriteLine(classes.Length); // prints 24
/// Console.WriteLine(recorder["layers.0"].Shape); // prints [1, 4, 24, 24]
/// </code>
/// </example>
public sealed class GraphAttentionNetwork : Module
{
    private readonly IReadOnlyList<GraphAttentionLayer> _layers;
    private readonly DropoutLayer _dropout;

    /// <summary>A network of these sizes.</summary>
    /// <param name="options">The sizes.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public GraphAttentionNetwork(GraphAttentionOptions options, RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        options.Check();
        Options = options;
        int last = options.Layers - 1;
        _layers = Add("layers", options.Layers, i =>
        {
            int input = i == 0 ? options.Features : checked(options.Heads * options.Width);
            return i == last
                ? new GraphAttentionLayer(input, options.Classes, options.LastHeads, isJoined: false, random, options.Dropout)
                : new GraphAttentionLayer(input, options.Width, options.Heads, isJoined: true, random, options.Dropout);
        });
        _dropout = Add("dropout", new DropoutLayer(options.Dropout, random));
    }

    /// <summary>The sizes.</summary>
    public GraphAttentionOptions Options { get; }

    /// <summary>The logits of every node's classes.</summary>
    /// <param name="features">[N, Features]</param>
    /// <param name="graph">Who sees whom: a node sees those from which an edge leads to it, and itself. Weights of edges do not count.</param>
    /// <returns>[N, Classes]</returns>
    /// <exception cref="ArgumentException">The sizes do not go together.</exception>
    public Tensor Forward(Tensor features, EdgeGraph graph)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(graph);
        int count = graph.Nodes.Count;
        if (count == 0)
        {
            throw new ArgumentException("graph attention network: expected a graph of at least 1 node, got none", nameof(graph));
        }

        if (!features.Shape.Is(count, Options.Features))
        {
            throw new ArgumentException(Invariant($"graph attention network: expected features [{count}, {Options.Features}], got {features.Shape}"), nameof(features));
        }

        bool[,] sees = graph.ToMask();
        bool[] hidden = new bool[sees.Length];
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = !sees[i / count, i % count];
        }

        Tensor x = features;
        foreach (GraphAttentionLayer layer in _layers)
        {
            x = layer.Forward(_dropout.Forward(x), hidden);
            x = layer == _layers[^1] ? x : x.Elu();
        }

        return x;
    }

    /// <summary>The training step's loss: how surprised the network is by the classes, on average.</summary>
    /// <param name="features">[N, Features]</param>
    /// <param name="graph">Who sees whom.</param>
    /// <param name="classes">[N]; the class of every node. Not copied, and to stay as they are until the gradient is computed.</param>
    /// <param name="ignoreIndex">The class of nodes that do not count, such as those whose class is to be found.</param>
    /// <returns>[]; in nats.</returns>
    /// <exception cref="ArgumentException">The sizes do not go together.</exception>
    public Tensor Loss(Tensor features, EdgeGraph graph, ReadOnlyMemory<int> classes, int? ignoreIndex = null) => Forward(features, graph).CrossEntropy(classes, ignoreIndex);

    /// <summary>The likeliest class of every node.</summary>
    /// <param name="features">[N, Features]</param>
    /// <param name="graph">Who sees whom.</param>
    /// <returns>[N]</returns>
    /// <exception cref="ArgumentException">The sizes do not go together, or a logit is NaN.</exception>
    public int[] Predict(Tensor features, EdgeGraph graph)
    {
        using Prediction prediction = Predict();
        return Forward(features, graph).Likeliest("graph attention network");
    }
}
