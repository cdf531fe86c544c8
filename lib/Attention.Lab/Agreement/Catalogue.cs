namespace Attention.Lab;

/// <summary>Every name that <c>Agree</c> knows.</summary>
internal static partial class Catalogue
{
    public static IReadOnlyList<Contract> All { get; } =
    [
        .. Elementwise(),
        .. SoftmaxRows(),
        Weights(),
        Attention("attention", "softmax(QKᵀ/√d_k) V: every query sees every key.", new(Sight.All), "Mask.None"),
        Attention("causal-attention", "A query sees the keys up to its own position; as many queries as keys.", new(Sight.Past), "Mask.Causal"),
        Attention("cached-causal-attention", "Causal attention of the last n positions of m: query i sees the keys up to i + m - n; a query that sees none gives zeros.", new(Sight.PastOfCache), "Mask.Causal"),
        Attention("padded-attention", "Only the first length keys are there, the others are padding; without any key the context is zero.", new(Sight.Length), "Mask.KeyLengths"),
        Attention("masked-attention", "A query sees the keys marked true; a query that sees none gives zeros.", new(Sight.Visible), "Mask.Visible"),
        Attention("biased-attention", "A number is added to each scaled score before softmax.", new(Sight.Bias), "Mask.Bias"),
        Attention("multi-head-attention", "Columns are split into equal heads, each head attends alone, and their contexts lie side by side again.", new(Sight.All, manyHeads: true)),
        Attention("grouped-query-attention", "Like multi-head-attention, but heads / keyHeads neighbouring query heads share one head of keys and values.", new(Sight.All, manyHeads: true, sharedKeys: true)),
    ];

    private static float[] Fill(int count, Action<float[]> write)
    {
        var result = new float[count];
        write(result);
        return result;
    }
}
