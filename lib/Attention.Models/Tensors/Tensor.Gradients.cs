namespace Attention.Models;

public sealed partial class Tensor
{
    private Storage? _gradient;
    private int _gradientGeneration;
    private Tensor? _gradientTensor;
    private bool _keepsGradient;
    private bool _requiresGradient;

    /// <summary>Whether <see cref="Backward()"/> should find the slope of the loss in this tensor. What is computed from one that does, does too.</summary>
    /// <exception cref="InvalidOperationException">It is set for a tensor that was computed: take <see cref="Detach"/> instead.</exception>
    public bool RequiresGradient
    {
        get => _requiresGradient;
        set => _requiresGradient = Operation is null
            ? value
            : throw new InvalidOperationException($"RequiresGradient: {Operation.Name} {Shape} was computed, and follows from what it was computed from; Detach() gives a tensor that does not");
    }

    /// <summary>dL/dthis, of the same shape; null before the first <see cref="Backward()"/> and after <see cref="ZeroGradient"/>. Of a computed tensor it is kept on request only: <see cref="KeepGradient"/>.</summary>
    public Tensor? Gradient
    {
        get
        {
            if (!HasGradient)
            {
                return null;
            }

            if (_gradientTensor is null || _gradientTensor.Storage != _gradient || _gradientTensor._generation != _gradientGeneration)
            {
                _ = GradientValues;
                _gradientTensor = new(_gradient!, 0, Shape) { Name = Name is null ? null : $"{Name}.gradient" };
            }

            return _gradientTensor;
        }
    }

    /// <summary>How it was computed; null for a leaf.</summary>
    internal Operation? Operation { get; private set; }

    /// <summary>Whether something has been written to the gradient since it was zeroed.</summary>
    internal bool HasGradient { get; private set; }

    private Span<float> GradientValues
    {
        get
        {
            if (_gradient!.Generation != _gradientGeneration)
            {
                throw new ObjectDisposedException(nameof(Tensor), $"{Name ?? "A tensor"} {Shape}: the memory scope of its gradient has ended");
            }

            return _gradient.Span(0, Count);
        }
    }

    /// <summary>Asks for the gradient of this tensor, and names it.</summary>
    /// <returns>The tensor itself.</returns>
    public Tensor WithGradient(string? name = null)
    {
        (RequiresGradient, Name) = (true, name ?? Name);
        return this;
    }

    /// <summary>Asks that the gradient of a computed tensor be kept, to be looked at after <see cref="Backward()"/>: that of the latest one, while those of leaves add up.</summary>
    /// <returns>The tensor itself.</returns>
    public Tensor KeepGradient()
    {
        _keepsGradient = true;
        return this;
    }

    /// <summary>Forgets the gradient. Its memory stays, and the next one is written into it.</summary>
    public void ZeroGradient() => HasGradient = false;

    /// <summary>The same numbers, as if they had not been computed: no gradient goes through.</summary>
    public Tensor Detach() => View(0, Shape);

    /// <summary>Computes the gradient of this number in every tensor that asked for one, and adds it to what their gradients hold.</summary>
    /// <remarks>If an operation throws on the way, the gradients of all that this was computed from are forgotten: none is left half added to.</remarks>
    /// <exception cref="ArgumentException">This is not a single number.</exception>
    /// <exception cref="InvalidOperationException">Nothing that it was computed from asked for a gradient.</exception>
    public void Backward()
    {
        if (Count != 1)
        {
            throw new ArgumentException($"Backward: a loss is a single number, and {Shape} holds {Count}; take the sum or the mean, or say the gradient of each");
        }

        CheckBackward();
        Span<float> one = [1];
        Run(one);
    }

    /// <summary>Computes the gradients of whatever has the slope <paramref name="gradient"/> in this tensor, and adds them to what is there.</summary>
    /// <param name="gradient">dL/dthis, of the same shape.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="InvalidOperationException">Nothing that it was computed from asked for a gradient.</exception>
    public void Backward(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Shape != Shape)
        {
            throw new ArgumentException($"Backward: {Shape}: the gradient has the shape {gradient.Shape}");
        }

        CheckBackward();
        Run(gradient.Values);
    }

    /// <summary>Records how this result was computed, if anybody wants its gradient.</summary>
    /// <param name="name">As a reader would call it.</param>
    /// <param name="backward">Writes the gradients of the inputs, by <see cref="GradientTarget"/>.</param>
    /// <param name="inputs">What it was computed from; null where an input was left out.</param>
    /// <returns>The result itself.</returns>
    internal Tensor Recorded(string name, GradientStep backward, params ReadOnlySpan<Tensor?> inputs)
    {
        if (!Gradients.AreOn)
        {
            return this;
        }

        int given = 0;
        foreach (Tensor? input in inputs)
        {
            given += input is null ? 0 : 1;
            _requiresGradient |= input is { RequiresGradient: true };
        }

        if (_requiresGradient)
        {
            var known = new Tensor[given];
            foreach (Tensor? input in inputs)
            {
                if (input is not null)
                {
                    known[^given--] = input;
                }
            }

            Operation = new(name, known, backward);
        }

        return this;
    }

    /// <summary>Forgets how it was computed.</summary>
    /// <param name="ending">The scope that the tensor outlives, though a gradient in it does not.</param>
    internal void Forget(MemoryScope ending)
    {
        HasGradient &= _gradient?.Scope != ending;
        _requiresGradient &= Operation is null;
        Operation = null;
    }

    /// <summary>Room for the first gradient, to be overwritten.</summary>
    internal Span<float> StartGradient()
    {
        if (Operation is not null)
        {
            _gradient = StoragePool.Rent(Count);
            _gradient.Owners = 1;
        }
        else if (_gradient is null || _gradient.Generation != _gradientGeneration)
        {
            _gradient = Storage.Scope is { } scope ? scope.Rent(Count) : Storage.Lasting(Count); // lives as long as the tensor itself
            _gradient.Owners = 1;
        }

        _gradientGeneration = _gradient.Generation;
        HasGradient = true;
        return GradientValues;
    }

    /// <summary>Adds to the gradient. The addend is the gradient's from now on, or the pool's.</summary>
    internal void AddGradient(Storage addend)
    {
        Span<float> sum = GradientValues, terms = addend.Span(0, Count);
        if (_gradient!.Owners == 1)
        {
            Arithmetic.Add(sum, terms, sum);
            StoragePool.Return(addend);
        }
        else
        {
            Arithmetic.Add(sum, terms, terms);
            Take(addend);
        }
    }

    /// <summary>The gradient, to be added to in place.</summary>
    /// <param name="holds">Whether it holds anything yet; if not, it is to be overwritten.</param>
    internal Span<float> AccumulateGradient(out bool holds)
    {
        holds = HasGradient;
        if (!holds)
        {
            return StartGradient();
        }

        if (_gradient!.Owners > 1)
        {
            Storage own = StoragePool.Rent(Count);
            GradientValues.CopyTo(own.Span(0, Count));
            Take(own);
        }

        return GradientValues;
    }

    /// <summary>The gradient of as many elements, which is the result's own, is added: shared where possible, copied where not.</summary>
    internal void PassGradient(Tensor result)
    {
        if (!RequiresGradient)
        {
            return;
        }

        if (HasGradient)
        {
            Span<float> sum = AccumulateGradient(out _);
            Arithmetic.Add(sum, result.GradientValues, sum);
        }
        else if (Operation is null)
        {
            result.GradientValues.CopyTo(StartGradient());
        }
        else
        {
            (_gradient, _gradientGeneration, HasGradient) = (result._gradient, result._gradientGeneration, true);
            _gradient!.Owners++;
        }
    }

    private void CheckBackward()
    {
        if (!RequiresGradient)
        {
            throw new InvalidOperationException($"Backward: nothing that {Shape} was computed from requires a gradient, or gradients were off");
        }
    }

    private void Run(ReadOnlySpan<float> gradient)
    {
        List<Tensor> order = Tape.Backwards(this);
        foreach (Tensor tensor in order)
        {
            tensor.ZeroGradient(); // one that was kept has been passed on already
        }

        try
        {
            Span<float> sum = AccumulateGradient(out bool holds);
            if (holds)
            {
                Arithmetic.Add(sum, gradient, sum);
            }
            else
            {
                gradient.CopyTo(sum);
            }

            foreach (Tensor tensor in order)
            {
                if (tensor.HasGradient)
                {
                    tensor.ThrowIfExpired();
                    tensor.Operation!.Backward(tensor.GradientValues);
                    tensor.EndGradient();
                }
            }
        }
        catch
        {
            foreach (Tensor tensor in order)
            {
                tensor.EndGradient();
                foreach (Tensor input in tensor.Operation!.Inputs)
                {
                    input.ZeroGradient();
                }
            }

            throw;
        }
    }

    /// <summary>Gives the memory of a computed tensor's gradient back, unless it was asked for.</summary>
    private void EndGradient()
    {
        if (_gradient is null)
        {
            return;
        }

        if (!_keepsGradient)
        {
            Release();
            (_gradient, HasGradient) = (null, false);
        }
        else if (HasGradient && _gradient.Owners > 1)
        {
            _ = AccumulateGradient(out _);
        }
    }

    private void Take(Storage own)
    {
        Release();
        own.Owners = 1;
        (_gradient, _gradientGeneration) = (own, own.Generation);
    }

    private void Release()
    {
        if (--_gradient!.Owners == 0)
        {
            StoragePool.Return(_gradient);
        }
    }
}
