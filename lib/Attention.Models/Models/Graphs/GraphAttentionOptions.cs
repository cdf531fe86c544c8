using static System.FormattableString;

namespace Attention.Models;

/// <summary>The sizes of a graph attention network.</summary>
/// <param name="Features">Floats in a node's row.</param>
/// <param name="Classes">How many classes nodes may have.</param>
public sealed record GraphAttentionOptions(int Features, int Classes)
{
    /// <summary>How many layers there are: how many edges away a node sees.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Floats in a head's row, in all layers but the last.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Heads in all layers but the last; 8 for the paper's citation graphs.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Heads of the last layer, which are averaged.</summary>
    public int LastHeads { get; init; } = 1;

    /// <summary>The share of each layer's input and of its weights that is dropped in training; 0.6 in the paper.</summary>
    public float Dropout { get; init; }

    internal void Check()
    {
        if (Features < 1 || Classes < 1 || Layers < 1 || Width < 1 || Heads < 1 || LastHeads < 1)
        {
            throw new ArgumentException(
                Invariant($"graph attention network: expected features, classes, layers, a width and heads of at least 1, got {Features}, {Classes}, {Layers}, {Width}, {Heads} and {LastHeads}"));
        }
    }
}
