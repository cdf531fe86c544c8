namespace Attention.Models;

public sealed partial class Gpt
{
    /// <summary>Reads weights as GPT-2's are published, with or without the prefix <c>transformer.</c>. A model with an output of its own takes the file's, or where there is none, the token embedding.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or does not fit; the message names every missing, unexpected and misshapen tensor, and nothing has changed. A model whose output is its token embedding
    /// (<see cref="GptOptions.IsTied"/>) refuses a file whose <c>lm_head.weight</c> differs from its <c>wte.weight</c>.
    /// </exception>
    public void LoadPublished(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        IReadOnlyList<NamedWeights> weights = _output is null ? Published.ReadTied(file, "output.weight", "tokenEmbedding.weight") : Published.Read(file);
        var state = weights.ToDictionary(weight => weight.Name, weight => Tensor.Of(weight.Values.Span, [.. weight.Shape]));
        if (_output is not null)
        {
            state.TryAdd("output.weight", state["tokenEmbedding.weight"]);
        }

        Load(state);
    }

    /// <summary>Writes the weights as GPT-2's are published.</summary>
    /// <param name="path">The file; what was there is replaced once the new one is whole.</param>
    public void SavePublished(string path) =>
        SafetensorsFile.Write(path, Published.Publish(NamedParameters.Select(named => new NamedWeights(named.Key, [.. named.Value.Shape.ToReadOnlySpan()], named.Value.ToArray()))));

    private WeightMap Published => Gpt2Weights.Map(Options.Vocabulary, Options.Context, Options.Width, Options.Layers, Options.InnerWidth);
}
