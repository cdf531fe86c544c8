namespace Attention.Kernels;

/// <summary>Looks up the vector of every token in a learned table.</summary>
/// <remarks><c>y = table[token]</c>, which is the product of a one-hot row and the table: Bengio et al. 2003, § 2. A copy, bit for bit.</remarks>
public static class Embedding
{
    private const double CostPerElement = 16; // multiply–adds that take as long: one float is read and one written

    /// <summary>Copies the table's row of every token.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="tokens">[Tokens]; each from 0 to Vocabulary − 1.</param>
    /// <param name="table">[Vocabulary, Width]</param>
    /// <param name="y">[Tokens, Width]; overwritten, must not overlap the table.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap, or a token is not in the table; the message says where.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the output is half written.</exception>
    public static unsafe void Forward(EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> table, Span<float> y, KernelOptions options = default)
    {
        Check(shape, tokens, table, y, options);
        fixed (int* ids = tokens)
        fixed (float* rows = table, output = y)
        {
            Tiled.Run(new ForwardTiles(shape, ids, rows, output), options.ThreadsFor(CostPerElement * shape.Tokens * shape.Width), options);
        }
    }

    /// <summary>Copies row by row, as the definition reads: what <see cref="Forward"/> is held against.</summary>
    /// <inheritdoc cref="Forward"/>
    public static void ForwardNaive(EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> table, Span<float> y)
    {
        Check(shape, tokens, table, y);
        for (int i = 0; i < shape.Tokens; i++)
        {
            for (int j = 0; j < shape.Width; j++)
            {
                y[(i * shape.Width) + j] = table[(tokens[i] * shape.Width) + j];
            }
        }
    }

    /// <summary>The vector of every token, as a new matrix.</summary>
    /// <param name="tokens">[Tokens]; each from 0 to Vocabulary − 1.</param>
    /// <param name="table">[Vocabulary, Width]</param>
    /// <returns>[Tokens, Width]</returns>
    /// <exception cref="ArgumentException">A token is not in the table.</exception>
    public static float[,] Rows(int[] tokens, float[,] table)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(table);
        var y = new float[tokens.Length, table.Columns()];
        Forward(new EmbeddingShape(tokens.Length, table.Rows(), table.Columns()), tokens, table.AsSpan(), y.AsSpan());
        return y;
    }

    /// <summary>The gradient of <see cref="Forward"/>: every row of the table receives the sum of the gradients of the places where its token stood.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="tokens">[Tokens]; what Forward read.</param>
    /// <param name="yGradient">[Tokens, Width]; dL/dy.</param>
    /// <param name="tableGradient">[Vocabulary, Width]; dL/dtable, overwritten, zeros for tokens that did not occur. Must not overlap the gradient of y.</param>
    /// <param name="options">Threads, cancellation.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, buffers overlap, or a token is not in the table; the message says where.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; the gradient is half written.</exception>
    /// <remarks>A token's gradients are added in the order of its places, whatever the number of threads: each thread has columns of its own.</remarks>
    public static unsafe void Backward(
        EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> yGradient, Span<float> tableGradient, KernelOptions options = default)
    {
        CheckBackward(shape, tokens, yGradient, tableGradient, options);
        double cost = CostPerElement * ((double)shape.Tokens + shape.Vocabulary) * shape.Width;
        fixed (int* ids = tokens)
        fixed (float* dy = yGradient, dTable = tableGradient)
        {
            Tiled.Run(new BackwardTiles(shape, ids, dy, dTable), options.ThreadsFor(cost), options);
        }
    }

    /// <summary>Adds place by place, as the definition reads: what <see cref="Backward"/> is held against.</summary>
    /// <inheritdoc cref="Backward"/>
    public static void BackwardNaive(EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> yGradient, Span<float> tableGradient)
    {
        CheckBackward(shape, tokens, yGradient, tableGradient);
        tableGradient.Clear();
        for (int i = 0; i < shape.Tokens; i++)
        {
            for (int j = 0; j < shape.Width; j++)
            {
                tableGradient[(tokens[i] * shape.Width) + j] += yGradient[(i * shape.Width) + j];
            }
        }
    }

    private static void Check(EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> table, ReadOnlySpan<float> y, KernelOptions options = default)
    {
        options.Check();
        CheckTokens(shape, tokens);
        Guard.Length(nameof(table), table.Length, shape.Vocabulary, shape.Width);
        Guard.Length(nameof(y), y.Length, shape.Tokens, shape.Width);
        Guard.Apart(nameof(y), y, nameof(table), table);
    }

    private static void CheckBackward(
        EmbeddingShape shape, ReadOnlySpan<int> tokens, ReadOnlySpan<float> yGradient, ReadOnlySpan<float> tableGradient, KernelOptions options = default)
    {
        options.Check();
        CheckTokens(shape, tokens);
        Guard.Length(nameof(yGradient), yGradient.Length, shape.Tokens, shape.Width);
        Guard.Length(nameof(tableGradient), tableGradient.Length, shape.Vocabulary, shape.Width);
        Guard.Apart(nameof(tableGradient), tableGradient, nameof(yGradient), yGradient);
    }

    private static void CheckTokens(EmbeddingShape shape, ReadOnlySpan<int> tokens)
    {
        shape.Check();
        Guard.Indices(nameof(tokens), tokens, shape.Tokens, shape.Vocabulary);
    }

    private readonly unsafe struct ForwardTiles(EmbeddingShape shape, int* tokens, float* table, float* y) : ITiles
    {
        private readonly RowShape _rows = new(shape.Tokens, shape.Width);

        public long Count => RowBlock.CountOf(_rows);

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RowBlock block = new(_rows, tile);
            for (long i = block.First; i < block.End; i++)
            {
                // The caller owns the tokens: another thread may have changed them since they were checked.
                int token = tokens[i];
                Span<float> destination = new(y + (i * shape.Width), shape.Width);
                if ((uint)token < (uint)shape.Vocabulary)
                {
                    new ReadOnlySpan<float>(table + ((long)token * shape.Width), shape.Width).CopyTo(destination);
                }
                else
                {
                    destination.Clear();
                }
            }
        }
    }

    /// <summary>A tile is a few columns of everything: no two tiles write to the same place.</summary>
    private readonly unsafe struct BackwardTiles(EmbeddingShape shape, int* tokens, float* yGradient, float* tableGradient) : ITiles
    {
        private const int Columns = 64;

        public long Count => ((long)shape.Width + Columns - 1) / Columns;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            long first = tile * Columns;
            int count = (int)Math.Min(Columns, shape.Width - first);
            for (long row = 0; row < shape.Vocabulary; row++)
            {
                new Span<float>(tableGradient + (row * shape.Width) + first, count).Clear();
            }

            for (long i = 0; i < shape.Tokens && !cancellation.IsCancellationRequested; i++)
            {
                int token = tokens[i];
                if ((uint)token < (uint)shape.Vocabulary)
                {
                    PartialSums.AddTo<TLanes>(yGradient + (i * shape.Width) + first, tableGradient + ((long)token * shape.Width) + first, count);
                }
            }
        }
    }
}
