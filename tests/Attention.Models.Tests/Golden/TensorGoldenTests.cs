using Attention.Kernels;

namespace Attention.Models.Tests.Golden;

public sealed class TensorGoldenTests
{
    private static readonly GoldenCases Cases = GoldenCases.Read("tensor.json");

    [Fact]
    public void EncoderLayer_PostNorm_IsPyTorchs()
    {
        EncoderLayer layer = new(new(8, 2) { InnerWidth = 12, IsPreNorm = false }, new(1));

        Holds("post-norm encoder", layer, given => layer.Forward(given["x"]));
    }

    [Fact]
    public void EncoderLayer_PreNormCausal_IsPyTorchs()
    {
        EncoderLayer layer = new(new(8, 2) { InnerWidth = 12, Activation = Activation.Gelu }, new(1));

        Holds("pre-norm causal encoder", layer, given => layer.Forward(given["x"], Mask.Causal));
    }

    [Fact]
    public void DecoderLayer_IsPyTorchs()
    {
        DecoderLayer layer = new(new(8, 2) { InnerWidth = 12, IsPreNorm = false, Activation = Activation.Gelu }, new(1));

        Holds("decoder", layer, given => layer.Forward(given["x"], given["memory"], Mask.Causal));
    }

    [Fact]
    public void Expression_IsPyTorchs()
    {
        int[] tokens = [1, 4, 1, 0, 2, 3], targets = [0, -1, 4, 2, 2, 1];

        Holds("expression", null, given =>
        {
            Tensor rows = Tensor.Embedding(given["table"], tokens, 2, 3);
            rows = ((rows * given["gain"]) + given["column"]).LayerNorm();
            Tensor weights = (rows.MatMul(rows, transposeRight: true) / 0.7f).Softmax();
            Tensor mixed = (weights.MatMul(rows).Tanh() * rows.Sigmoid()) + rows.Softplus().Mean(1, keep: true);
            Tensor logits = Tensor.Concat(-1, mixed, rows.Abs().Sqrt()).Linear(given["weight"], given["bias"]);
            Tensor loss = logits.Reshape(-1, 5).CrossEntropy(targets, ignoreIndex: -1, smoothing: 0.1f);
            return loss + (0.1f * logits.Gelu().Max(-1).Mean()) + (logits.Silu().Power(2).Sum() / 100);
        });
    }

    private static void Holds(string name, Module? module, Func<Dictionary<string, Tensor>, Tensor> function)
    {
        IReadOnlyDictionary<string, Tensor> golden = Cases[name];
        Dictionary<string, Tensor> learned = module?.NamedParameters.ToDictionary() ?? [];
        module?.Load(learned.ToDictionary(named => named.Key, named => golden[named.Key]));
        var given = golden.Where(named => golden.ContainsKey($"d.{named.Key}") && !learned.ContainsKey(named.Key)).ToDictionary(named => named.Key, named => named.Value.Detach().WithGradient());

        Tensor output = function(given);
        output.Backward(golden["slope"]);

        GoldenCases.Near("output", golden["output"], output);
        foreach ((string tensor, Tensor value) in learned.Concat(given))
        {
            GoldenCases.Near($"gradient of {tensor}", golden[$"d.{tensor}"], value.Gradient!);
        }

        Assert.NotEmpty(given);
    }
}
