using static System.FormattableString;

namespace Attention.Models;

/// <summary>Steps parameters against their gradients.</summary>
/// <remarks>
/// <code>
/// var optimizer = new AdamOptimizer(model.NamedParameters, Schedule.Cosine(3e-3, steps: 1000)) { ClipNorm = 1 };
/// loss.Backward();
/// optimizer.Step();
/// </code>
/// </remarks>
public abstract class Optimizer
{
    /// <summary>An optimizer of these parameters.</summary>
    /// <param name="parameters">By name, as <see cref="Module.NamedParameters"/> gives them. Frozen ones (<see cref="Tensor.RequiresGradient"/> false) are stepped once they are thawed.</param>
    /// <param name="rate">The learning rate of each step.</param>
    /// <exception cref="ArgumentException">There are no parameters, or a name or a parameter comes twice.</exception>
    protected Optimizer(IEnumerable<KeyValuePair<string, Tensor>> parameters, Schedule rate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(rate);
        (Parameters, Rate) = ([.. parameters], rate);
        if (Parameters.Count == 0)
        {
            throw new ArgumentException("parameters: there are none", nameof(parameters));
        }

        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, Tensor parameter) in Parameters)
        {
            if (!names.Add(name) || !seen.Add(parameter))
            {
                throw new ArgumentException($"parameters: {name} comes twice", nameof(parameters));
            }
        }
    }

    /// <summary>What is stepped, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters { get; }

    /// <summary>The learning rate of each step.</summary>
    public Schedule Rate { get; }

    /// <summary>How many steps have been taken.</summary>
    public long StepCount { get; private set; }

    /// <summary>What the norm of all gradients together may be at most; larger ones are scaled down to it (Pascanu et al. 2013). Null: no limit.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>Steps every parameter that has a gradient, and forgets the gradients.</summary>
    /// <returns>The norm of all gradients together, before they were clipped.</returns>
    /// <exception cref="NotFiniteException">A gradient holds NaN or ∞; no parameter has been stepped. The message names the parameters.</exception>
    public double Step()
    {
        double norm = GradientNorm();
        if (!double.IsFinite(norm))
        {
            throw NotFiniteException.InGradients(StepCount + 1, Parameters);
        }

        float scale = ClipNorm is { } limit ? Kernels.GradientClip.Scale(norm, limit) : 1;
        StepCount++;
        float rate = Rate.At(StepCount);
        for (int i = 0; i < Parameters.Count; i++)
        {
            Tensor parameter = Parameters[i].Value;
            if (Wanted(parameter) is { } gradient)
            {
                Kernels.GradientClip.Apply(gradient.Values, scale, Compute.Options);
                Step(i, gradient.Values, parameter.Values, rate);
            }
        }

        ZeroGradients();
        return norm;
    }

    /// <summary>The norm of the gradients of all parameters that are not frozen.</summary>
    public double GradientNorm()
    {
        double squares = 0;
        foreach ((_, Tensor parameter) in Parameters)
        {
            if (Wanted(parameter) is { } gradient)
            {
                squares += Kernels.GradientClip.SquaredNorm(gradient.Values, Compute.Options);
            }
        }

        return Math.Sqrt(squares);
    }

    /// <summary>The gradient that a step goes by; null for a frozen parameter, whatever it holds from before.</summary>
    internal static Tensor? Wanted(Tensor parameter) => parameter.RequiresGradient ? parameter.Gradient : null;

    /// <summary>Multiplies all gradients: by 1/n, when n batches were accumulated.</summary>
    /// <param name="factor">What to multiply with.</param>
    public void ScaleGradients(float factor)
    {
        foreach ((_, Tensor parameter) in Parameters)
        {
            if (parameter.Gradient is { } gradient)
            {
                Kernels.GradientClip.Apply(gradient.Values, factor, Compute.Options);
            }
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGradients()
    {
        foreach ((_, Tensor parameter) in Parameters)
        {
            parameter.ZeroGradient();
        }
    }

    /// <summary>What the optimizer remembers of each parameter, by name: what a checkpoint stores besides the parameters. The tensors are the optimizer's own.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State();

    /// <summary>Goes back to a stored state.</summary>
    /// <param name="state">By name, exactly those of <see cref="State"/>.</param>
    /// <param name="stepCount">How many steps had been taken.</param>
    /// <exception cref="ArgumentException">A tensor is missing, unexpected or misshapen; the message names all of them, and nothing has changed.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> state, long stepCount)
    {
        if (stepCount < 0)
        {
            throw new ArgumentException(Invariant($"{nameof(stepCount)}: expected at least 0, got {stepCount}"), nameof(stepCount));
        }

        StateDictionary.Copy(state, State());
        StepCount = stepCount;
    }

    /// <summary>Steps one parameter.</summary>
    /// <param name="index">Which of <see cref="Parameters"/>.</param>
    /// <param name="gradient">Its gradient, clipped.</param>
    /// <param name="values">Its numbers; stepped.</param>
    /// <param name="rate">The learning rate.</param>
    private protected abstract void Step(int index, ReadOnlySpan<float> gradient, Span<float> values, float rate);
}
