namespace Attention.Kernels;

public static partial class PositionPredictor
{
    /// <summary>The same as <see cref="Forward"/>, written as the formula reads: what Forward is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(
        PositionPredictorShape shape, ReadOnlySpan<float> state, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, Span<float> position)
    {
        Check(shape, state, weight, vector, position);
        int width = shape.Width;
        for (int row = 0; row < shape.Rows; row++)
        {
            float score = 0;
            for (int a = 0; a < shape.Hidden; a++)
            {
                score += vector[a] * MathF.Tanh(DotScore.Dot(weight.Slice(a * width, width), state.Slice(row * width, width)));
            }

            position[row] = shape.Length * Sigmoid(score);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>, written as the formula reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(
        PositionPredictorShape shape,
        ReadOnlySpan<float> state,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> positionGradient,
        Span<float> stateGradient,
        Span<float> weightGradient,
        Span<float> vectorGradient)
    {
        CheckBackward(shape, state, weight, vector, position, positionGradient, stateGradient, weightGradient, vectorGradient);
        int width = shape.Width;
        stateGradient.Clear();
        weightGradient.Clear();
        vectorGradient.Clear();
        for (int row = 0; row < shape.Rows; row++)
        {
            float slope = positionGradient[row] * position[row] * (1 - (position[row] / shape.Length));
            for (int a = 0; a < shape.Hidden; a++)
            {
                float t = MathF.Tanh(DotScore.Dot(weight.Slice(a * width, width), state.Slice(row * width, width)));
                float unit = slope * vector[a] * (1 - (t * t));
                DotScore.AddRow(slope * t, [1], 0, vectorGradient, a, 1);
                DotScore.AddRow(unit, weight, a, stateGradient, row, width);
                DotScore.AddRow(unit, state, row, weightGradient, a, width);
            }
        }
    }
}
