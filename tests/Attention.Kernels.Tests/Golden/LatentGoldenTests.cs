namespace Attention.Kernels.Tests;

/// <summary>Multi-head latent attention and its gradients, as PyTorch computes them from products, a concatenation and a softmax; and the absorbed form, which must come to the same.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class LatentGoldenTests
{
    private const string File = "latent";

    public static TheoryData<string> Names => GoldenCase.Names(File);

    [Theory]
    [MemberData(nameof(Names))]
    public void ForwardAndBackward_EveryForm_ArePyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(File, name);
        LatentShape shape = new(
            golden.Integer("batch"),
            golden.Integer("heads"),
            golden.Integer("queries"),
            golden.Integer("keys"),
            golden.Integer("latent"),
            golden.Integer("rotary"),
            golden.Integer("content"),
            golden.Integer("valueWidth"));
        bool isCausal = name == "causal";
        Mask mask = isCausal ? Mask.Causal : Mask.None;
        float[] query = golden.Input("query"), latent = golden.Input("latent"), rotaryKey = golden.Input("rotaryKey"), gradient = golden.Input("outputGradient");
        float[] keyWeights = golden.Input("keyWeights"), valueWeights = golden.Input("valueWeights");
        KeyValueCache cache = KeyValueCache.Contiguous(shape.Cache, shape.Keys);
        LatentAttention.AppendLatents(shape, cache, latent, rotaryKey);
        foreach (Form form in Forms.Supported)
        {
            AttentionOptions options = new() { RegisterBits = form.Options().RegisterBits };
            float[] key = new float[shape.Batch * shape.Keys * shape.Heads * shape.Width], value = new float[shape.Batch * shape.Keys * shape.Heads * shape.ValueWidth];
            float[] output = new float[gradient.Length], absorbed = new float[gradient.Length], logSumExp = new float[shape.Batch * shape.Heads * shape.Queries];
            LatentAttention.Forward(shape, query, latent, rotaryKey, keyWeights, valueWeights, key, value, output, logSumExp, mask, options);
            float[] keys = new float[key.Length], values = new float[value.Length], queries = new float[query.Length], latents = new float[latent.Length];
            float[] rotaryKeys = new float[rotaryKey.Length], dKeyWeights = new float[keyWeights.Length], dValueWeights = new float[valueWeights.Length];
            LatentAttention.Backward(
                shape, query, latent, keyWeights, valueWeights, key, value, output, logSumExp, gradient, keys, values, queries, latents, rotaryKeys, dKeyWeights, dValueWeights, mask, options);
            golden.Holds(ErrorBudget.Forward, "output", output, $"{form}");
            golden.Holds(ErrorBudget.Forward, "logSumExp", logSumExp, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "queryGradient", queries, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "latentGradient", latents, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "rotaryKeyGradient", rotaryKeys, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "keyWeightsGradient", dKeyWeights, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "valueWeightsGradient", dValueWeights, $"{form}");
            if (isCausal)
            {
                LatentAttention.ForwardAbsorbed(shape, cache, query, keyWeights, valueWeights, absorbed, options);
                golden.Holds(ErrorBudget.Forward, "output", absorbed, $"{form}, absorbed");
            }
        }
    }
}
