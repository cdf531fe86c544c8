namespace Attention.Models;

/// <summary>A while in which a model is used, not trained: no dropout, no gradients, weights that stay as they are. Afterwards it is as it was.</summary>
internal readonly struct Prediction : IDisposable
{
    private readonly Module _module;
    private readonly bool _wasTraining;
    private readonly IDisposable _fixed;

    internal Prediction(Module module)
    {
        (_module, _wasTraining, _fixed) = (module, module.IsTraining, FixedWeights.Start());
        module.Evaluate();
    }

    public void Dispose()
    {
        _module.Train(_wasTraining);
        _fixed.Dispose();
    }
}
