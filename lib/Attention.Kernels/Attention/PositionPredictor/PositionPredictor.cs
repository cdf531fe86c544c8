namespace Attention.Kernels;

/// <summary>Predicts the position that a state attends to, the centre of local-p's window: <c>p = S · sigmoid(vᵀ tanh(W h))</c>.</summary>
/// <remarks>Luong et al. 2015, eq. 9 of § 3.2. What stands inside the sigmoid is an <see cref="AdditiveScore"/> without queries.</remarks>
public static partial class PositionPredictor
{
    private const double CostPerRow = 32; // a sigmoid

    /// <summary>A position for every state.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="state">[N, D]; h.</param>
    /// <param name="weight">[A, D]; W.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="position">[N]; overwritten, must not overlap an input. Between 0 and S.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or the positions overlap an input; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the positions are half written.</exception>
    public static unsafe void Forward(
        PositionPredictorShape shape, ReadOnlySpan<float> state, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, Span<float> position, KernelOptions options = default)
    {
        options.Check();
        Check(shape, state, weight, vector, position);
        fixed (float* h = state, w = weight, v = vector, p = position)
        {
            AdditiveProduct.Forward(shape.Score, null, h, new(null, 0, w, shape.Width, null, v), p, options);
            Tiled.Run(new SigmoidTiles(shape, p, null, p), options.ThreadsFor(CostPerRow * shape.Rows), options);
        }
    }

    /// <summary>The gradient of <see cref="Forward"/>: inside the sigmoid it is <c>dp · p (1 − p / S)</c>, and on from there as in <see cref="AdditiveScore"/>.</summary>
    /// <param name="shape">The sizes that all buffers follow.</param>
    /// <param name="state">[N, D]; h.</param>
    /// <param name="weight">[A, D]; W.</param>
    /// <param name="vector">[A]; v.</param>
    /// <param name="position">[N]; what Forward wrote.</param>
    /// <param name="positionGradient">[N]; dL/dp.</param>
    /// <param name="stateGradient">[N, D]; overwritten. Empty: not wanted.</param>
    /// <param name="weightGradient">[A, D]; overwritten. Empty: not wanted.</param>
    /// <param name="vectorGradient">[A]; overwritten. Empty: not wanted.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or a gradient overlaps another buffer; the message does the arithmetic.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradients are half written.</exception>
    public static unsafe void Backward(
        PositionPredictorShape shape,
        ReadOnlySpan<float> state,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> positionGradient,
        Span<float> stateGradient,
        Span<float> weightGradient,
        Span<float> vectorGradient,
        KernelOptions options = default)
    {
        options.Check();
        CheckBackward(shape, state, weight, vector, position, positionGradient, stateGradient, weightGradient, vectorGradient);
        Scratch scratch = Scratch.Rent(shape.Rows);
        try
        {
            fixed (float* h = state, w = weight, v = vector, p = position, dp = positionGradient)
            fixed (float* dh = stateGradient, dw = weightGradient, dv = vectorGradient)
            {
                Tiled.Run(new SigmoidTiles(shape, p, dp, scratch.Start), options.ThreadsFor(CostPerRow * shape.Rows), options);
                AdditiveProduct.Backward(
                    shape.Score, null, h, new(null, 0, w, shape.Width, null, v), scratch.Start, null, dh, new(null, 0, dw, shape.Width, null, dv), options);
            }
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>A position for every state, as a new array.</summary>
    /// <param name="state">[N, D]</param>
    /// <param name="weight">[A, D]</param>
    /// <param name="vector">[A]</param>
    /// <param name="length">S: the length of the sequence that is attended to.</param>
    /// <returns>[N]</returns>
    /// <exception cref="ArgumentException">The matrices do not fit each other.</exception>
    public static float[] Of(float[,] state, float[,] weight, float[] vector, int length)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(vector);
        var position = new float[state.Rows()];
        Forward(new(state.Rows(), state.Columns(), vector.Length, length), state.AsSpan(), weight.AsSpan(), vector, position);
        return position;
    }

    /// <summary>S · sigmoid(score), or what its gradient is before it.</summary>
    private readonly unsafe struct SigmoidTiles(PositionPredictorShape shape, float* from, float* slopes, float* into) : ITiles
    {
        public long Count => RowBlock.CountOf(new(shape.Rows, 1));

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(new(shape.Rows, 1), tile);
            for (long row = block.First; row < block.End; row++)
            {
                into[row] = slopes == null ? shape.Length * Sigmoid(from[row]) : slopes[row] * from[row] * (1 - (from[row] / shape.Length));
            }
        }
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static void Check(PositionPredictorShape shape, ReadOnlySpan<float> state, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, ReadOnlySpan<float> position)
    {
        CheckInputs(shape, state, weight, vector, position);
        CheckApart(nameof(position), position, state, weight, vector);
    }

    private static void CheckInputs(
        PositionPredictorShape shape, ReadOnlySpan<float> state, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector, ReadOnlySpan<float> position)
    {
        shape.Check();
        Guard.Length(nameof(state), state.Length, shape.Rows, shape.Width);
        Guard.Length(nameof(weight), weight.Length, shape.Hidden, shape.Width);
        Guard.Length(nameof(vector), vector.Length, shape.Hidden);
        Guard.Length(nameof(position), position.Length, shape.Rows);
    }

    private static void CheckBackward(
        PositionPredictorShape shape,
        ReadOnlySpan<float> state,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> vector,
        ReadOnlySpan<float> position,
        ReadOnlySpan<float> positionGradient,
        ReadOnlySpan<float> stateGradient,
        ReadOnlySpan<float> weightGradient,
        ReadOnlySpan<float> vectorGradient)
    {
        CheckInputs(shape, state, weight, vector, position);
        Guard.Length(nameof(positionGradient), positionGradient.Length, shape.Rows);
        CheckGradient(nameof(stateGradient), stateGradient, position, positionGradient, shape.Rows, shape.Width);
        CheckGradient(nameof(weightGradient), weightGradient, position, positionGradient, shape.Hidden, shape.Width);
        CheckGradient(nameof(vectorGradient), vectorGradient, position, positionGradient, shape.Hidden);
        CheckApart(nameof(stateGradient), stateGradient, state, weight, vector);
        CheckApart(nameof(weightGradient), weightGradient, state, weight, vector);
        CheckApart(nameof(vectorGradient), vectorGradient, state, weight, vector);
        Guard.Apart(nameof(weightGradient), weightGradient, nameof(stateGradient), stateGradient);
        Guard.Apart(nameof(vectorGradient), vectorGradient, nameof(stateGradient), stateGradient);
        Guard.Apart(nameof(vectorGradient), vectorGradient, nameof(weightGradient), weightGradient);
    }

    private static void CheckGradient(string name, ReadOnlySpan<float> gradient, ReadOnlySpan<float> position, ReadOnlySpan<float> positionGradient, params ReadOnlySpan<int> sizes)
    {
        if (!gradient.IsEmpty)
        {
            Guard.Length(name, gradient.Length, sizes);
        }

        Guard.Apart(name, gradient, nameof(position), position);
        Guard.Apart(name, gradient, nameof(positionGradient), positionGradient);
    }

    private static void CheckApart(string name, ReadOnlySpan<float> result, ReadOnlySpan<float> state, ReadOnlySpan<float> weight, ReadOnlySpan<float> vector)
    {
        Guard.Apart(name, result, nameof(state), state);
        Guard.Apart(name, result, nameof(weight), weight);
        Guard.Apart(name, result, nameof(vector), vector);
    }
}
