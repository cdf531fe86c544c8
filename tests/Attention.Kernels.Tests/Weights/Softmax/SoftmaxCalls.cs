namespace Attention.Kernels.Tests;

internal delegate void SoftmaxForward(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights);

internal delegate void SoftmaxBackward(RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient);

internal static class SoftmaxCalls
{
    public static readonly SoftmaxForward Naive = (shape, scores, weights) => Softmax.ForwardNaive(shape, scores, weights);

    public static readonly SoftmaxBackward BackwardNaive = (shape, weights, weightsGradient, scoresGradient) => Softmax.BackwardNaive(shape, weights, weightsGradient, scoresGradient);

    public static SoftmaxForward Forward(Form form) => (shape, scores, weights) => Softmax.Forward(shape, scores, weights, form.Options());

    public static SoftmaxBackward Backward(Form form) =>
        (shape, weights, weightsGradient, scoresGradient) => Softmax.Backward(shape, weights, weightsGradient, scoresGradient, form.Options());

    /// <summary>Softmax of every row into a new array.</summary>
    public static float[] Weights(this SoftmaxForward forward, int rows, int columns, ReadOnlySpan<float> scores)
    {
        float[] weights = new float[scores.Length];
        forward(new(rows, columns), scores, weights);
        return weights;
    }
}
