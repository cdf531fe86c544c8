namespace Attention.Models;

/// <summary>A layer of graph attention: every node takes from its neighbours and from itself, by weights that depend on both ends of an edge.</summary>
/// <remarks>
/// <c>eᵢⱼ = LeakyReLU(aᵀ [W hᵢ ‖ W hⱼ])</c>, <c>αᵢ = softmax over i's neighbours of eᵢ</c>, <c>h′ᵢ = Σⱼ αᵢⱼ W hⱼ</c> (Veličković et al. 2018, eq. 3 to 6). The score of a pair is a sum of
/// two numbers, <c>a₁ᵀ W hᵢ + a₂ᵀ W hⱼ</c>, so each is computed once for every node.
/// </remarks>
public sealed class GraphAttentionLayer : Module
{
    // The slope of the paper, § 2.1.
    private const float Slope = 0.2f;

    private readonly int _heads, _width;
    private readonly bool _isJoined;
    private readonly Linear _projection;
    private readonly Tensor _asking, _asked, _bias;
    private readonly DropoutLayer _dropout;

    /// <summary>A layer of these sizes.</summary>
    /// <param name="input">Floats in a node's row.</param>
    /// <param name="width">Floats in a head's row.</param>
    /// <param name="heads">How many heads there are.</param>
    /// <param name="isJoined">Whether the heads' rows are put side by side (eq. 5); otherwise they are averaged (eq. 6), as a last layer does.</param>
    /// <param name="random">For the first weights, and for dropout.</param>
    /// <param name="dropout">The share of the weights α that is dropped in training.</param>
    /// <exception cref="ArgumentException">A size is less than 1, or the dropout out of range.</exception>
    public GraphAttentionLayer(int input, int width, int heads, bool isJoined, RandomSource random, float dropout = 0)
    {
        if (input < 1 || width < 1 || heads < 1)
        {
            throw new ArgumentException($"graph attention: expected an input, a width and heads of at least 1, got {input}, {width} and {heads}");
        }

        (_heads, _width, _isJoined) = (heads, width, isJoined);
        _projection = Add("projection", new Linear(input, checked(heads * width), random, hasBias: false));
        _asking = Parameter("asking", Initializers.XavierUniform()(random, [heads, width]));
        _asked = Parameter("asked", Initializers.XavierUniform()(random, [heads, width]));
        _bias = Parameter("bias", Tensor.Zeros(isJoined ? heads * width : width));
        _dropout = Add("dropout", new DropoutLayer(dropout, random));
    }

    /// <summary>Every node after it has seen its neighbours.</summary>
    /// <param name="nodes">[N, Input]</param>
    /// <param name="hidden">[N, N]; true where the row's node does not see the column's. Every node must see one at least, such as itself. Not copied.</param>
    /// <returns>[N, Heads · Width], or [N, Width] of averaged heads.</returns>
    /// <exception cref="ArgumentException">The sizes do not go together.</exception>
    public Tensor Forward(Tensor nodes, ReadOnlyMemory<bool> hidden)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        int count = nodes.Rank == 2 ? nodes.Shape[0] : throw new ArgumentException($"graph attention: expected nodes [N, Input], got {nodes.Shape}");
        if (hidden.Length != (long)count * count)
        {
            throw new ArgumentException($"graph attention: expected a mask of {count}×{count} = {(long)count * count}, got {hidden.Length}");
        }

        Tensor rows = _projection.Forward(nodes).Reshape(count, _heads, _width);
        Tensor asking = (rows * _asking).Sum(-1).Transpose().Reshape(_heads, count, 1);
        Tensor asked = (rows * _asked).Sum(-1).Transpose().Reshape(_heads, 1, count);
        Tensor weights = (asking + asked).LeakyRelu(Slope).MaskedFill(hidden, float.NegativeInfinity).Softmax();
        AttentionRecorder.Current?.Write(Name, weights.Reshape(1, _heads, count, count));
        Tensor contexts = _dropout.Forward(weights).MatMul(rows.Permute(1, 0, 2));
        return (_isJoined ? contexts.Permute(1, 0, 2).Reshape(count, _heads * _width) : contexts.Mean(0)) + _bias;
    }
}
