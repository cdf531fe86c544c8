namespace Attention.Models.Tests.Models;

/// <summary>Trains models in tests.</summary>
internal static class Steps
{
    /// <summary>Steps with AdamW over batches that are drawn from the numbers of examples, down a cosine.</summary>
    internal static void Run(Module model, int steps, double rate, int examples, int batchSize, Func<int[], Tensor> loss, float clip = 1)
    {
        var epochs = new Epochs(examples, batchSize, seed: 5);
        var optimizer = new AdamOptimizer(model.NamedParameters, Schedule.Cosine(rate, steps, warmUp: steps / 20)) { ClipNorm = clip };
        new Trainer(model, optimizer, new() { Steps = steps }).Run(step => loss(epochs.At(step).ToArray()));
    }
}
