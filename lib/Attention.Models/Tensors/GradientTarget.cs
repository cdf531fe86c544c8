namespace Attention.Models;

/// <summary>Where an operation writes the gradient of one of its inputs: straight into place if it is the first, and otherwise beside it, to be added when the target is disposed.</summary>
internal readonly ref struct GradientTarget : IDisposable
{
    private readonly Tensor? _tensor;
    private readonly Storage? _addend;

    private GradientTarget(Tensor? tensor, Storage? addend, Span<float> values)
    {
        _tensor = tensor;
        _addend = addend;
        Values = values;
    }

    /// <summary>To be overwritten, every element; empty when nobody wants this gradient.</summary>
    internal Span<float> Values { get; }

    /// <summary>Whether somebody wants it.</summary>
    internal bool IsWanted => _tensor is not null;

    /// <summary>The target of an input's gradient; none for an input that is missing or needs no gradient.</summary>
    internal static GradientTarget Of(Tensor? input)
    {
        if (input is not { RequiresGradient: true })
        {
            return default;
        }

        if (!input.HasGradient)
        {
            return new(input, null, input.StartGradient());
        }

        Storage addend = StoragePool.Rent(input.Count);
        addend.Owners = 1;
        return new(input, addend, addend.Span(0, input.Count));
    }

    /// <summary>Adds, if there was something to add to.</summary>
    public void Dispose()
    {
        if (_addend is not null)
        {
            _tensor!.AddGradient(_addend);
        }
    }
}
