namespace Attention.Models;

/// <summary>What models that see have in common when they show where they look.</summary>
internal static class Pictures
{
    /// <summary>The weights of one attention layer while a model reads images as it does in use.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer's path in it.</param>
    /// <param name="read">Reads the images.</param>
    /// <returns>[B, heads, queries, keys]</returns>
    internal static Tensor WeightsOf(Module model, string layer, Action read)
    {
        using Prediction prediction = model.Predict();
        using AttentionRecorder recorder = AttentionRecorder.Start();
        using (Memory.Scope())
        {
            read();
        }

        return recorder[layer];
    }
}
