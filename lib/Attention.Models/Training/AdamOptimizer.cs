using Attention.Kernels;

namespace Attention.Models;

/// <summary>Adam, and with a weight decay AdamW: each parameter is stepped at a pace of its own (Kingma and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2).</summary>
public sealed class AdamOptimizer : Optimizer
{
    private readonly Tensor[] _means;
    private readonly Tensor[] _meanSquares;
    private readonly bool[] _decays;

    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">By name, as <see cref="Module.NamedParameters"/> gives them.</param>
    /// <param name="rate">The learning rate of each step.</param>
    /// <param name="options">β₁, β₂, ε and the weight decay; its learning rate is not used.</param>
    /// <param name="decays">Which parameters are decayed; all when omitted. GPT-2 decays matrices alone: <c>(_, parameter) => parameter.Rank >= 2</c>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or a name or a parameter comes twice.</exception>
    public AdamOptimizer(IEnumerable<KeyValuePair<string, Tensor>> parameters, Schedule rate, AdamOptions? options = null, Func<string, Tensor, bool>? decays = null)
        : base(parameters, rate)
    {
        Options = options ?? new AdamOptions();
        _means = [.. Parameters.Select(named => Tensor.Zeros(named.Value.Shape).ToLasting())];
        _meanSquares = [.. Parameters.Select(named => Tensor.Zeros(named.Value.Shape).ToLasting())];
        _decays = [.. Parameters.Select(named => decays is null || decays(named.Key, named.Value))];
    }

    /// <summary>β₁, β₂, ε and the weight decay.</summary>
    public AdamOptions Options { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new OrderedDictionary<string, Tensor>();
        for (int i = 0; i < Parameters.Count; i++)
        {
            state.Add($"mean.{Parameters[i].Key}", _means[i]);
            state.Add($"meanSquare.{Parameters[i].Key}", _meanSquares[i]);
        }

        return state;
    }

    private protected override void Step(int index, ReadOnlySpan<float> gradient, Span<float> values, float rate)
    {
        AdamOptions adam = Options with { LearningRate = rate, WeightDecay = _decays[index] ? Options.WeightDecay : 0 };
        Adam.Step(StepCount, gradient, values, _means[index].Values, _meanSquares[index].Values, adam, Compute.Options);
    }
}
