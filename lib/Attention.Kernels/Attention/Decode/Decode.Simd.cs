using System.Runtime.CompilerServices;

namespace Attention.Kernels;

public static partial class Decode
{
    /// <summary>Keys that one thread takes at a time.</summary>
    internal const int PieceTokens = 512;

    /// <summary>So many queries per head are attended to row by row; more of them fill the lanes of a panel.</summary>
    internal const int MostQueries = 4;

    private const double CostPerFloat = 8; // multiply–adds that take as long as reading one float from memory

    private const double Ln2 = 0.69314718055994531;

    /// <summary>First every piece by itself, then the pieces of each head together.</summary>
    internal static unsafe void Run<TRows>(DecodeProblem<TRows> problem, AttentionOptions options)
        where TRows : struct, ICachedRows
    {
        int pieces = 0;
        double floats = 0;
        for (int sequence = 0; sequence < problem.Sequences; sequence++)
        {
            int own = problem.Pieces(sequence);
            pieces = Math.Max(pieces, own);
            floats += (double)Math.Min((long)own * PieceTokens, problem.Rows.Length(sequence)) * problem.KeyHeads * (problem.Width + problem.ValueWidth);
        }

        KernelOptions kernel = options.ToKernelOptions();
        long partialCount = DecodePartial.CountOf(problem.GroupRows, problem.ValueWidth);
        Scratch partials = Scratch.Rent(partialCount * pieces * problem.Sequences * problem.KeyHeads);
        try
        {
            Tiled.Run(new PieceTiles<TRows>(problem, pieces, partials.Start, partialCount), kernel.ThreadsFor(floats * Math.Max(CostPerFloat, problem.GroupRows)), kernel);
            double gathered = (double)partialCount * pieces * problem.Sequences * problem.KeyHeads;
            Tiled.Run(new GatherTiles<TRows>(problem, pieces, partials.Start, partialCount), kernel.ThreadsFor(gathered * CostPerFloat), kernel);
        }
        finally
        {
            Scratch.Return(partials);
        }
    }

    /// <summary>One tile is one piece of one key head of one sequence.</summary>
    private readonly unsafe struct PieceTiles<TRows>(DecodeProblem<TRows> problem, int pieces, float* partials, long partialCount) : ITiles
        where TRows : struct, ICachedRows
    {
        public long Count => (long)pieces * problem.Sequences * problem.KeyHeads;

        public long ScratchCount => DecodePiece<TRows, Lanes1>.ScratchCount(problem);

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            (int piece, long pair) = ((int)(tile % pieces), tile / pieces);
            (int head, int sequence) = ((int)(pair % problem.KeyHeads), (int)(pair / problem.KeyHeads));
            if (piece < problem.Pieces(sequence))
            {
                var partial = new DecodePartial(partials + (tile * partialCount), problem.GroupRows, problem.ValueWidth);
                new DecodePiece<TRows, TLanes>(problem, partial, sequence, head, problem.PieceStart(sequence, piece), scratch).Run();
            }
        }
    }

    /// <summary>One tile is one key head of one sequence.</summary>
    private readonly unsafe struct GatherTiles<TRows>(DecodeProblem<TRows> problem, int pieces, float* partials, long partialCount) : ITiles
        where TRows : struct, ICachedRows
    {
        public long Count => (long)problem.Sequences * problem.KeyHeads;

        public long ScratchCount => 0;

        public void Run<TLanes>(long tile, float* scratch, CancellationToken cancellation)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            (int head, int sequence) = ((int)(tile % problem.KeyHeads), (int)(tile / problem.KeyHeads));
            int own = Math.Min(pieces, problem.Pieces(sequence)); // the caller may have changed its mask meanwhile
            float* first = partials + (tile * pieces * partialCount);
            for (int row = 0; row < problem.GroupRows; row++)
            {
                float peak = float.NegativeInfinity;
                for (int piece = 0; piece < own; piece++)
                {
                    peak = MathF.Max(peak, Partial(first, piece).Peak[row]); // keeps NaN
                }

                double sum = 0;
                float* output = problem.Output(sequence, head, row);
                new Span<float>(output, problem.ValueWidth).Clear();
                for (int piece = 0; piece < own; piece++)
                {
                    DecodePartial partial = Partial(first, piece);
                    float share = Share(partial.Peak[row], peak);
                    sum += (double)share * partial.Sum[row];
                    AddScaled<TLanes>(problem.ValueWidth, share, partial.Context + ((long)row * partial.Stride), output);
                }

                Scale<TLanes>(problem.ValueWidth, sum == 0 ? 0 : (float)(1 / sum), output);
                float* logSumExp = problem.LogSumExp(sequence, head, row);
                if (logSumExp != null)
                {
                    *logSumExp = sum == 0 ? float.NegativeInfinity : (float)((peak * Ln2) + Math.Log(sum));
                }
            }
        }

        /// <summary>What a piece's weights, measured against its own peak, count for against the peak of all.</summary>
        private static float Share(float own, float peak) =>
            own == peak ? 1 : float.IsNegativeInfinity(own) ? 0 : (float)Math.Exp(((double)own - peak) * Ln2);

        private DecodePartial Partial(float* first, int piece) => new(first + (piece * partialCount), problem.GroupRows, problem.ValueWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    internal static unsafe void AddScaled<TLanes>(int count, float factor, float* source, float* sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(sum + i, TLanes.MultiplyAdd(TLanes.Load(source + i), factors, TLanes.Load(sum + i)));
        }

        for (; i < count; i++)
        {
            sum[i] += factor * source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static unsafe void Scale<TLanes>(int count, float factor, float* values)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factors = TLanes.Broadcast(factor);
        int i = 0;
        for (; i <= count - TLanes.Count; i += TLanes.Count)
        {
            TLanes.Store(values + i, TLanes.Load(values + i) * factors);
        }

        for (; i < count; i++)
        {
            values[i] *= factor;
        }
    }
}
