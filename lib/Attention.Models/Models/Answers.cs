namespace Attention.Models;

/// <summary>What a model's logits say, for models that answer. A NaN says nothing: it is refused, where a comparison would take it for one answer or another.</summary>
internal static class Answers
{
    /// <summary>The place of the largest logit along the last axis.</summary>
    /// <exception cref="ArgumentException">A logit is NaN.</exception>
    internal static int[] Likeliest(this Tensor logits, string model) => logits.WithoutNan(model).ArgMax();

    /// <summary>The same tensor.</summary>
    /// <exception cref="ArgumentException">A number of it is NaN.</exception>
    internal static Tensor WithoutNan(this Tensor logits, string model, string what = "logits")
    {
        ReadOnlySpan<float> values = logits.Values;
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i]))
            {
                throw new ArgumentException($"{model}: number {i} of the {what} {logits.Shape} is NaN: an input is, or a weight");
            }
        }

        return logits;
    }
}
