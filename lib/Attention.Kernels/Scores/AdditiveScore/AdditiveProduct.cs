namespace Attention.Kernels;

/// <summary>vᵀ tanh(W q + U k + b), for two matrices or for one that is cut in two: the body of the additive and of the concat score.</summary>
/// <remarks>Queries and keys are projected once, N + M rows. Their sums, N × M rows of A, are only ever in registers, in either direction.</remarks>
internal static unsafe class AdditiveProduct
{
    private const double TanhCost = 16; // multiply–adds that take as long

    internal static void Forward(ScoreShape shape, float* query, float* key, AdditiveWeights weights, float* scores, KernelOptions options)
    {
        Scratch scratch = Scratch.Rent(CountOf(shape));
        try
        {
            float* queries = scratch.Start, keys = queries + ((long)shape.Batch * shape.Queries * Padded.Count(shape.Hidden));
            Project(shape, query, key, weights, queries, keys, options);
            Tiled.Run(new AdditiveTiles(shape, queries, keys, weights.Vector, scores), options.ThreadsFor(Cost(shape)), options);
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <param name="shape">The sizes.</param>
    /// <param name="query">[B, N, Dq]</param>
    /// <param name="key">[B, M, Dk]</param>
    /// <param name="weights">Of the forward pass.</param>
    /// <param name="scoresGradient">[B, N, M]</param>
    /// <param name="queryGradient">[B, N, Dq], or null.</param>
    /// <param name="keyGradient">[B, M, Dk], or null.</param>
    /// <param name="gradients">Of the weights.</param>
    /// <param name="options">Threads, cancellation.</param>
    internal static void Backward(
        ScoreShape shape, float* query, float* key, AdditiveWeights weights, float* scoresGradient, float* queryGradient, float* keyGradient, AdditiveWeights gradients, KernelOptions options)
    {
        int stride = Padded.Count(shape.Hidden), queryRows = shape.Batch * shape.Queries, keyRows = shape.Batch * shape.Keys;
        Scratch scratch = Scratch.Rent((2 * CountOf(shape)) + (2L * stride));
        try
        {
            float* queries = scratch.Start, keys = queries + ((long)shape.Batch * shape.Queries * Padded.Count(shape.Hidden));
            Project(shape, query, key, weights, queries, keys, options);
            float* queriesGradient = scratch.Start + CountOf(shape), keysGradient = queriesGradient + ((long)queryRows * stride);
            float* vector = queriesGradient + CountOf(shape), vectorGradient = vector + stride;
            Padded.Load(1, shape.Hidden, weights.Vector, vector, stride);
            Tiled.Run(
                new AdditiveGradientTiles(shape, queries, keys, vector, scoresGradient, queriesGradient, keysGradient, vectorGradient), options.ThreadsFor(Cost(shape)), options);

            ProjectBack(queryRows, shape.Hidden, shape.QueryWidth, queriesGradient, query, weights.Query, weights.QueryStride, queryGradient, gradients.Query, options);
            ProjectBack(keyRows, shape.Hidden, shape.KeyWidth, keysGradient, key, weights.Key, weights.KeyStride, keyGradient, gradients.Key, options);
            if (gradients.Bias != null)
            {
                ColumnSums.Run(new(1, queryRows, shape.Hidden, stride, null), queriesGradient, gradients.Bias, options);
            }

            if (gradients.Vector != null)
            {
                Padded.Store(1, shape.Hidden, vectorGradient, stride, gradients.Vector);
            }
        }
        finally
        {
            Scratch.Return(scratch);
        }
    }

    /// <summary>Floats of the projected queries and keys.</summary>
    private static long CountOf(ScoreShape shape) => (((long)shape.Batch * shape.Queries) + ((long)shape.Batch * shape.Keys)) * Padded.Count(shape.Hidden);

    private static double Cost(ScoreShape shape) => TanhCost * shape.Batch * shape.Queries * shape.Keys * shape.Hidden;

    /// <summary>W q + b and U k, every row padded with zeros.</summary>
    private static void Project(ScoreShape shape, float* query, float* key, AdditiveWeights weights, float* queries, float* keys, KernelOptions options)
    {
        int stride = Padded.Count(shape.Hidden), queryRows = shape.Batch * shape.Queries, keyRows = shape.Batch * shape.Keys;
        for (long row = 0; row < (long)queryRows + keyRows; row++)
        {
            new Span<float>(queries + (row * stride) + shape.Hidden, stride - shape.Hidden).Clear(); // the keys follow the queries
        }

        MatmulShape product = new(queryRows, shape.Hidden, shape.QueryWidth) { TransposeRight = true, RightStride = weights.QueryStride, ResultStride = stride };
        MatmulTiles.Run(new MatmulProduct(product, query, weights.Query, null, weights.Bias, queries), options);
        product = new(keyRows, shape.Hidden, shape.KeyWidth) { TransposeRight = true, RightStride = weights.KeyStride, ResultStride = stride };
        MatmulTiles.Run(new MatmulProduct(product, key, weights.Key, null, null, keys), options);
    }

    /// <summary>The gradients of a projection, y = W x.</summary>
    private static void ProjectBack(
        int rows, int hidden, int width, float* slopes, float* inputs, float* weight, int weightStride, float* inputsGradient, float* weightGradient, KernelOptions options)
    {
        int stride = Padded.Count(hidden);
        if (inputsGradient != null)
        {
            MatmulShape product = new(rows, width, hidden) { LeftStride = stride, RightStride = weightStride };
            MatmulTiles.Run(new MatmulProduct(product, slopes, weight, null, null, inputsGradient), options);
        }

        if (weightGradient != null)
        {
            MatmulShape product = new(hidden, width, rows) { TransposeLeft = true, LeftStride = stride, ResultStride = weightStride };
            MatmulTiles.Run(new MatmulProduct(product, slopes, inputs, null, null, weightGradient), options);
        }
    }
}
