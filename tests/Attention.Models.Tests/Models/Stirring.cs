namespace Attention.Models.Tests.Models;

/// <summary>New models have small weights and no biases: what a part does would hardly be seen.</summary>
internal static class Stirring
{
    /// <summary>The model, with numbers from −size/2 to size/2 added to all of its own, so that every part matters.</summary>
    internal static TModel Stirred<TModel>(this TModel model, float size, ulong seed = 21)
        where TModel : Module
    {
        RandomSource random = new(seed);
        foreach (Tensor parameter in model.Parameters)
        {
            foreach (ref float value in parameter.Values)
            {
                value += size * ((float)random.NextDouble() - 0.5f);
            }
        }

        return model;
    }
}
