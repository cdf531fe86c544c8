namespace Attention.Kernels.Tests;

/// <summary>A whole layer and its gradients, as PyTorch's nn.MultiheadAttention computes them.</summary>
[Trait(Tier.Trait, Tier.Every)]
public sealed class MultiHeadGoldenTests
{
    private const string File = "mha-layer";

    public static TheoryData<string> Names => GoldenCase.Names(File);

    [Theory]
    [MemberData(nameof(Names))]
    public void ForwardAndBackward_EveryForm_ArePyTorchs(string name)
    {
        GoldenCase golden = GoldenCase.Read(File, name);
        int width = golden.Integer("width"), square = width * width;
        MultiHeadShape shape = MultiHeadShape.Self(golden.Integer("batch"), golden.Integer("length"), width, golden.Integer("heads"));
        Mask mask = golden.Has("lengths") ? Mask.Causal & Mask.KeyLengths(golden.Integers("lengths")) : Mask.None;
        float[] x = golden.Input("input"), gradient = golden.Input("outputGradient");

        // PyTorch keeps queries', keys' and values' matrices in one, below each other.
        float[] weights = golden.Input("inputWeight"), biases = golden.Input("inputBias"), outputWeight = golden.Input("outputWeight"), outputBias = golden.Input("outputBias");
        MultiHeadParameters parameters = new()
        {
            QueryWeight = weights.AsSpan(0, square),
            KeyWeight = weights.AsSpan(square, square),
            ValueWeight = weights.AsSpan(2 * square, square),
            OutputWeight = outputWeight,
            QueryBias = biases.AsSpan(0, width),
            KeyBias = biases.AsSpan(width, width),
            ValueBias = biases.AsSpan(2 * width, width),
            OutputBias = outputBias,
        };
        foreach (Form form in Forms.Supported)
        {
            AttentionOptions options = new() { RegisterBits = form.Options().RegisterBits };
            float[] y = new float[x.Length], packed = new float[x.Length], saved = new float[shape.SavedCount], dx = new float[x.Length];
            float[] dWeights = new float[weights.Length], dBiases = new float[biases.Length], dOutputWeight = new float[square], dOutputBias = new float[width];
            MultiHeadAttention.Forward(shape, x, [], parameters, y, saved, mask, options);
            MultiHeadAttention.Forward(shape, x, [], MultiHeadAttention.Pack(shape, parameters), packed, mask, options);
            MultiHeadGradients gradients = new()
            {
                Input = dx,
                QueryWeight = dWeights.AsSpan(0, square),
                KeyWeight = dWeights.AsSpan(square, square),
                ValueWeight = dWeights.AsSpan(2 * square, square),
                OutputWeight = dOutputWeight,
                QueryBias = dBiases.AsSpan(0, width),
                KeyBias = dBiases.AsSpan(width, width),
                ValueBias = dBiases.AsSpan(2 * width, width),
                OutputBias = dOutputBias,
            };
            MultiHeadAttention.Backward(shape, x, [], parameters, saved, gradient, gradients, mask, options);
            golden.Holds(ErrorBudget.Forward, "output", y, $"{form}");
            golden.Holds(ErrorBudget.Forward, "output", packed, $"{form}, packed");
            golden.Holds(ErrorBudget.Gradient, "inputGradient", dx, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputWeightGradient", dWeights, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "inputBiasGradient", dBiases, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "outputWeightGradient", dOutputWeight, $"{form}");
            golden.Holds(ErrorBudget.Gradient, "outputBiasGradient", dOutputBias, $"{form}");
        }
    }
}
