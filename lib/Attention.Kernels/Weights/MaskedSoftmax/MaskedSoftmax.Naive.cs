namespace Attention.Kernels;

public static partial class MaskedSoftmax
{
    /// <summary>Softmax of every row over its visible scores, written as the formula reads: what the fast form is held against.</summary>
    /// <inheritdoc cref="Forward(RowShape, ReadOnlySpan{float}, ReadOnlySpan{bool}, Span{float}, SoftmaxOptions)"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<bool> visible, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, visible, weights, options);
        for (int i = 0; i < scores.Length; i++)
        {
            weights[i] = visible[i] ? scores[i] : float.NegativeInfinity;
        }

        Softmax.ForwardNaive(shape, weights, weights, options);
    }

    /// <summary>Softmax of the start of every row, written as the formula reads: what the fast form is held against.</summary>
    /// <inheritdoc cref="Forward(RowShape, ReadOnlySpan{float}, ReadOnlySpan{int}, Span{float}, SoftmaxOptions)"/>
    public static void ForwardNaive(RowShape shape, ReadOnlySpan<float> scores, ReadOnlySpan<int> lengths, Span<float> weights, SoftmaxOptions options = default)
    {
        Check(shape, scores, lengths, weights, options);
        for (int i = 0; i < scores.Length; i++)
        {
            weights[i] = i % shape.Columns < lengths[i / shape.Columns] ? scores[i] : float.NegativeInfinity;
        }

        Softmax.ForwardNaive(shape, weights, weights, options);
    }

    /// <summary>The gradient of the masked softmax, written as the formula reads: what the fast form is held against.</summary>
    /// <inheritdoc cref="Backward(RowShape, ReadOnlySpan{float}, ReadOnlySpan{bool}, ReadOnlySpan{float}, Span{float}, SoftmaxOptions)"/>
    public static void BackwardNaive(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<bool> visible, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, visible, weightsGradient, scoresGradient, options);
        float temperature = options.Divisor;
        for (int row = 0; row < shape.Rows; row++)
        {
            int first = row * shape.Columns;
            float mean = 0;
            for (int i = first; i < first + shape.Columns; i++)
            {
                mean += visible[i] ? weights[i] * weightsGradient[i] : 0;
            }

            for (int i = first; i < first + shape.Columns; i++)
            {
                scoresGradient[i] = visible[i] ? weights[i] * (weightsGradient[i] - mean) / temperature : 0;
            }
        }
    }

    /// <summary>The gradient of the masked softmax, written as the formula reads: what the fast form is held against.</summary>
    /// <inheritdoc cref="Backward(RowShape, ReadOnlySpan{float}, ReadOnlySpan{int}, ReadOnlySpan{float}, Span{float}, SoftmaxOptions)"/>
    public static void BackwardNaive(
        RowShape shape, ReadOnlySpan<float> weights, ReadOnlySpan<int> lengths, ReadOnlySpan<float> weightsGradient, Span<float> scoresGradient, SoftmaxOptions options = default)
    {
        CheckBackward(shape, weights, lengths, weightsGradient, scoresGradient, options);
        for (int row = 0; row < shape.Rows; row++)
        {
            (int first, int length) = (row * shape.Columns, lengths[row]);
            Softmax.BackwardNaive(
                new(1, length), weights.Slice(first, length), weightsGradient.Slice(first, length), scoresGradient.Slice(first, length), options);
            scoresGradient.Slice(first + length, shape.Columns - length).Clear();
        }
    }
}
