namespace Attention.Kernels.Tests;

internal delegate void SoftmaxForward(RowShape shape, ReadOnlySpan<float> scores, Span<float> weights);

internal delegate void SoftmaxBackward(RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient);

internal static class SoftmaxCalls
{
    public static readonly SoftmaxForward Naive = Softmax.ForwardNaive;

    public static SoftmaxForward Forward(Form form) => form switch
    {
        Form.Door => Softmax.Forward,
        Form.Lanes512 => Softmax.ForwardSimd<Lanes512>,
        Form.Lanes256 => Softmax.ForwardSimd<Lanes256>,
        Form.Lanes128 => Softmax.ForwardSimd<Lanes128>,
        _ => Softmax.ForwardSimd<Lanes1>,
    };

    public static SoftmaxBackward Backward(Form form) => form switch
    {
        Form.Door => Softmax.Backward,
        Form.Lanes512 => Softmax.BackwardSimd<Lanes512>,
        Form.Lanes256 => Softmax.BackwardSimd<Lanes256>,
        Form.Lanes128 => Softmax.BackwardSimd<Lanes128>,
        _ => Softmax.BackwardSimd<Lanes1>,
    };

    /// <summary>Softmax of every row into a new array.</summary>
    public static float[] Weights(this SoftmaxForward forward, int rows, int columns, ReadOnlySpan<float> scores)
    {
        float[] weights = new float[scores.Length];
        forward(new(rows, columns), scores, weights);
        return weights;
    }
}
