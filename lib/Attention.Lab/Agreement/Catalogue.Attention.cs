using Attention.Kernels;

namespace Attention.Lab;

internal static partial class Catalogue
{
    private static Contract Weights()
    {
        var attention = new AttentionContract(Sight.All);
        return new Contract("attention-weights", "softmax(QKᵀ/√d_k): row i is how query i spreads its attention over the keys.", attention.Parameters[..2], new("weights", Form.Matrix, "nm"),
            draw: (dice, index) => WithoutValues(attention.Draw(dice, index)),
            answer: attention.Weights,
            doors:
            [
                ("ScaledDotProduct.Weights", given => Cells.Flat(ScaledDotProduct.Weights(Cells.Matrix(given.Floats(0), given.Size('n')), Cells.Matrix(given.Floats(1), given.Size('m'))))),
                ("ScaledDotProduct.ForwardNaive", given =>
                {
                    var shape = AttentionShape.Single(given.Size('n'), given.Size('m'), given.Size('d'), 1);
                    return Fill(shape.WeightCount, weights => ScaledDotProduct.ForwardNaive(shape, given.Floats(0), given.Floats(1), new float[shape.ValueCount], new float[shape.OutputCount], weights));
                }),
            ]);
    }

    private static Case WithoutValues(Case given) =>
        given with { Data = given.Data[..2], Kinds = [.. given.Kinds.Where(kind => kind != Draws.OtherWidth)] };

    private static Contract Attention(string name, string description, AttentionContract attention, params string[] masks) =>
        new(name, description, attention.Parameters, new Parameter("context", Form.Matrix, attention.Parameters[0].Axes.Replace('d', 'e')),
            draw: attention.Draw,
            answer: attention.Context,
            isValid: attention.IsValid,
            masks: masks,
            doors:
            [
                .. attention.Parameters[0].Axes == "nd"
                    ? [("ScaledDotProduct.Attend", given => Cells.Flat(ScaledDotProduct.Attend(Cells.Matrix(given.Floats(0), given.Size('n')), Cells.Matrix(given.Floats(1), given.Size('m')), Cells.Matrix(given.Floats(2), given.Size('m')), attention.Mask(given))))]
                    : Array.Empty<(string, Func<Case, float[]>)>(),
                ("ScaledDotProduct.Forward", given => Forward(given, attention, naive: false)),
                ("ScaledDotProduct.ForwardNaive", given => Forward(given, attention, naive: true)),
            ]);

    private static float[] Forward(Case given, AttentionContract attention, bool naive)
    {
        (int n, int m, int d, int e, int h, int g) = (given.Size('n'), given.Size('m'), given.Size('d'), given.Size('e'), given.Size('h'), attention.KeyHeads(given));
        var shape = new AttentionShape(1, h, g, n, m, d, e);
        float[] query = Cells.HeadsFirst(given.Floats(0), n, h, d), key = Cells.HeadsFirst(given.Floats(1), m, g, d), value = Cells.HeadsFirst(given.Floats(2), m, g, e);
        var output = new float[shape.OutputCount];
        if (naive)
            ScaledDotProduct.ForwardNaive(shape, query, key, value, output, mask: attention.Mask(given));
        else
            ScaledDotProduct.Forward(shape, query, key, value, output, mask: attention.Mask(given));
        // Back from [h, n, e] to [n, h, e].
        return Cells.HeadsFirst(output, h, n, e);
    }
}
