namespace Attention.Models;

/// <summary>A while in which a model is used, not trained: no dropout, no gradients, weights that stay as they are. Afterwards every part is as it was.</summary>
internal readonly struct Prediction : IDisposable
{
    private readonly Module[] _training;
    private readonly IDisposable _fixed;

    internal Prediction(Module module)
    {
        (_training, _fixed) = ([.. module.All.Where(part => part.IsTraining)], FixedWeights.Start());
        module.Evaluate();
    }

    public void Dispose()
    {
        foreach (Module part in _training)
        {
            part.IsTraining = true;
        }

        _fixed.Dispose();
    }
}
