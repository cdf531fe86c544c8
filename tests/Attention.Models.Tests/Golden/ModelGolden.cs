namespace Attention.Models.Tests.Golden;

/// <summary>A model held against PyTorch from the same weights: what it gives, its loss, and its parameters after one step of AdamW.</summary>
internal static class ModelGolden
{
    internal static void Holds(IReadOnlyDictionary<string, Tensor> golden, Module model, Func<Tensor> output, Func<Tensor> loss)
    {
        model.Load(model.State().Keys.ToDictionary(name => name, name => golden[name]));
        AdamOptimizer optimizer = new(model.NamedParameters, 0.5, new() { Epsilon = 1, WeightDecay = 0.1f });

        GoldenCases.Near("output", golden["output"], output());
        Tensor value = loss();
        GoldenCases.Near("loss", golden["loss"], value);
        value.Backward();
        optimizer.Step();
        foreach ((string name, Tensor parameter) in model.NamedParameters)
        {
            GoldenCases.Near(name, golden[$"stepped.{name}"], parameter, 1e-4);
        }
    }
}
