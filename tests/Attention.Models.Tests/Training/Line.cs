namespace Attention.Models.Tests.Training;

/// <summary>A small model to be trained: noisy points near a plane, dropout in between, so that random numbers matter.</summary>
internal sealed class Line : Module
{
    private readonly Linear _inner;
    private readonly Linear _outer;
    private readonly DropoutLayer _dropout;

    internal Line(ulong seed = 1, float dropout = 0.2f)
    {
        RandomSource random = new(seed);
        _inner = Add("inner", new Linear(3, 8, random));
        _dropout = Add("dropout", new DropoutLayer(dropout, random));
        _outer = Add("outer", new Linear(8, 1, random));
    }

    internal Tensor Forward(Tensor x) => _outer.Forward(_dropout.Forward(_inner.Forward(x).Tanh()));

    /// <summary>The squared error on a batch that follows from its number.</summary>
    internal Tensor Loss(long batch)
    {
        RandomSource random = new(1000 + (ulong)batch);
        Tensor x = Tensor.Uniform(random, -1, 1, 16, 3);
        Tensor y = x.Slice(1, 0, 1) - (x.Slice(1, 1, 1) * 0.5f) + Tensor.Normal(random, 0.01f, 16, 1);
        return (Forward(x) - y).Power(2).Mean();
    }

    /// <summary>All numbers of the model.</summary>
    internal float[] Numbers() => [.. State().SelectMany(named => named.Value.ToArray())];
}
