namespace Attention.Models;

/// <summary>A while in which a model is used, not trained: no dropout, no gradients. Afterwards it is as it was.</summary>
internal readonly struct Prediction : IDisposable
{
    private readonly Module _module;
    private readonly bool _wasTraining;
    private readonly IDisposable _gradients;

    internal Prediction(Module module)
    {
        (_module, _wasTraining, _gradients) = (module, module.IsTraining, Gradients.Off());
        module.Evaluate();
    }

    public void Dispose()
    {
        _module.Train(_wasTraining);
        _gradients.Dispose();
    }
}
