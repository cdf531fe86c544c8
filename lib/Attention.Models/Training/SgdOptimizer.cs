using Attention.Kernels;

namespace Attention.Models;

/// <summary>Stochastic gradient descent, with momentum if wanted (Robbins and Monro 1951; Polyak 1964; Nesterov 1983).</summary>
public sealed class SgdOptimizer : Optimizer
{
    private readonly Tensor[] _velocities;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">By name, as <see cref="Module.NamedParameters"/> gives them.</param>
    /// <param name="rate">The learning rate of each step.</param>
    /// <param name="options">Momentum and weight decay; its learning rate is not used.</param>
    /// <exception cref="ArgumentException">There are no parameters, or a name or a parameter comes twice.</exception>
    public SgdOptimizer(IEnumerable<KeyValuePair<string, Tensor>> parameters, Schedule rate, SgdOptions options = default)
        : base(parameters, rate)
    {
        Options = options;
        _velocities = options.Momentum == 0 ? [] : [.. Parameters.Select(named => Tensor.Zeros(named.Value.Shape).ToLasting())];
    }

    /// <summary>Momentum and weight decay.</summary>
    public SgdOptions Options { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> State() =>
        new OrderedDictionary<string, Tensor>(_velocities.Select((velocity, i) => KeyValuePair.Create($"velocity.{Parameters[i].Key}", velocity)));

    private protected override void Step(int index, ReadOnlySpan<float> gradient, Span<float> values, float rate) =>
        Sgd.Step(gradient, values, _velocities.Length == 0 ? default : _velocities[index].Values, Options with { LearningRate = rate }, Compute.Options);
}
