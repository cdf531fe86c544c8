using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Some neighbouring keys of one key head, and the new tokens that share it.</summary>
/// <remarks>
/// Scores of all keys first, then the softmax of each row, then the weighted values: keys and values are each read once, and stay in the nearest cache while all rows use them.
/// Both are read in four places at once, a quarter of the piece apart: one stream alone leaves the memory waiting between a row and the next.
/// </remarks>
internal readonly unsafe ref struct DecodePiece<TRows, TLanes>
    where TRows : struct, ICachedRows
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const float Log2E = 1.44269504f;

    /// <summary>Floats of keys that are read by all rows before the next are: 16 KB, half of the nearest cache.</summary>
    private const int BlockCount = 4096;

    /// <summary>From here on an exponent's own rounding may exceed a quarter; see <see cref="OnlineSoftmax"/>.</summary>
    private const float Coarse = 1 << 22;

    private readonly DecodeProblem<TRows> _problem;
    private readonly DecodePartial _partial;
    private readonly int _sequence;
    private readonly int _head;
    private readonly int _start;
    private readonly int _end;
    private readonly float* _queries;
    private readonly float* _scores;

    internal DecodePiece(DecodeProblem<TRows> problem, DecodePartial partial, int sequence, int head, int start, float* scratch)
    {
        (_problem, _partial, _sequence, _head, _start) = (problem, partial, sequence, head, start);
        _end = (int)Math.Min((long)start + Decode.PieceTokens, problem.Rows.Length(sequence));
        _queries = scratch;
        _scores = scratch + Rounded((long)problem.GroupRows * problem.Width);
    }

    /// <summary>From one row's scores to the next's: whole registers, and not a power of two.</summary>
    private static int ScoreStride => Decode.PieceTokens + 16;

    internal static long ScratchCount(DecodeProblem<TRows> problem) => Rounded((long)problem.GroupRows * problem.Width) + ((long)problem.GroupRows * ScoreStride);

    internal void Run()
    {
        (int rows, int sinks, int firstQuery) = (_problem.GroupRows, _problem.Rows.Sinks, _problem.FirstQuery(_sequence));
        int firstKey = _problem.FirstKey(_sequence), lastFirstKey = _problem.Rows.FirstSeen(firstQuery + _problem.Queries - 1);
        float factor = CopyQueries();
        Score(_start, Math.Min(_end, Math.Min(sinks, firstKey)));
        Score(Math.Max(_start, firstKey), _end);
        for (int r = 0; r < rows; r++)
        {
            int position = firstQuery + (r % _problem.Queries);
            float* scores = _scores + ((long)r * ScoreStride);
            Hide(scores, sinks, _problem.Rows.FirstSeen(position));
            Hide(scores, position + 1, _end);
            _partial.Sum[r] = Weigh(scores, _end - _start, factor, out _partial.Peak[r]);
        }

        for (int r = 0; r < rows; r++)
        {
            new Span<float>(_partial.Context + ((long)r * _partial.Stride), _partial.Stride).Clear();
        }

        // What every row sees is added for all rows at once; what some of them do not see, row by row. In the order of the keys.
        int allSinks = Math.Min(sinks, firstQuery + 1);
        int allFrom = Math.Max(lastFirstKey, allSinks), allEnd = Math.Max(firstQuery + 1, allFrom);
        AddValues(0, allSinks);
        AddEdge(Math.Max(allSinks, firstKey), allFrom, firstQuery);
        AddValues(allFrom, allEnd);
        AddEdge(allEnd, _end, firstQuery);
    }

    private static long Rounded(long count) => (count + 15) / 16 * 16;

    /// <summary>Brings the queries together, row by row, with the sign of the scale.</summary>
    /// <returns>What turns a score into an exponent of two; positive.</returns>
    private float CopyQueries()
    {
        // A maximum of scores stays one when they are multiplied by a positive factor; a zero scale goes into the queries, where it makes no 0 · −∞.
        float scale = _problem.Scale, sign = MathF.Sign(scale);
        for (int r = 0; r < _problem.GroupRows; r++)
        {
            float* source = _problem.Query(_sequence, _head, r), destination = _queries + ((long)r * _problem.Width);
            for (int d = 0; d < _problem.Width; d++)
            {
                destination[d] = sign * source[d];
            }
        }

        return Log2E * (scale == 0 ? 1 : MathF.Abs(scale));
    }

    /// <summary>The scores of all rows for the keys between two positions, as far as they are in this piece.</summary>
    private void Score(int from, int to)
    {
        int quarter = Math.Max(0, to - from) / 4, block = BlockOf(_problem.Width);
        nint stride = (nint)_problem.Rows.KeyStride;
        float* scores = _scores + (from - _start);
        for (int j = 0; j < quarter;)
        {
            int keys = Math.Min(block, quarter - j);
            FourRows key = new(Key(from + j, ref keys), Key(from + quarter + j, ref keys), Key(from + (2 * quarter) + j, ref keys), Key(from + (3 * quarter) + j, ref keys));
            ScoreTile.Run<TLanes>(_problem.GroupRows, keys, _problem.Width, _queries, key, stride, scores + j, quarter, ScoreStride);
            j += keys;
        }

        for (int position = from + (4 * quarter); position < to; position++)
        {
            int keys = 1;
            float* key = Key(position, ref keys);
            ScoreTile.Run<TLanes>(_problem.GroupRows, keys, _problem.Width, _queries, new(key, key, key, key), stride, _scores + (position - _start), 0, ScoreStride);
        }
    }

    /// <summary>How many neighbours in each quarter all rows use before the next are read.</summary>
    private static int BlockOf(int width) => Math.Max(1, BlockCount / 4 / width);

    private float* Key(int position, ref int keys)
    {
        float* key = _problem.Rows.Key(_sequence, _head, position, out int run);
        keys = Math.Min(keys, run);
        return key;
    }

    private float* Value(int position, ref int values)
    {
        float* value = _problem.Rows.Value(_sequence, _head, position, out int run);
        values = Math.Min(values, run);
        return value;
    }

    private void Hide(float* scores, int from, int to)
    {
        (from, to) = (Math.Max(from, _start), Math.Min(to, _end));
        if (from < to)
        {
            new Span<float>(scores + (from - _start), to - from).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>Turns a row of scores into weights, in place.</summary>
    /// <returns>The sum of the weights.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Weigh(float* scores, int keys, float factor, out float peak)
    {
        for (int j = keys; j % TLanes.Count != 0; j++)
        {
            scores[j] = float.NegativeInfinity;
        }

        TLanes maxima = TLanes.Broadcast(float.NegativeInfinity);
        for (int j = 0; j < keys; j += TLanes.Count)
        {
            maxima = TLanes.Max(maxima, TLanes.Load(scores + j));
        }

        peak = TLanes.MaxOf(maxima) * factor;
        float subtrahend = float.IsNegativeInfinity(peak) ? 0 : peak; // −∞ − −∞ would be NaN
        TLanes scale = TLanes.Broadcast(factor), minus = TLanes.Broadcast(-subtrahend), sums = TLanes.Broadcast(0);
        if (MathF.Abs(subtrahend) >= Coarse)
        {
            // Rounded as the peak was, so that their difference is exact.
            for (int j = 0; j < keys; j += TLanes.Count)
            {
                TLanes.Store(scores + j, TLanes.Load(scores + j) * scale);
            }

            scale = TLanes.Broadcast(1);
        }

        for (int j = 0; j < keys; j += TLanes.Count)
        {
            TLanes weight = TLanes.PowerOfTwo(TLanes.MultiplyAdd(TLanes.Load(scores + j), scale, minus));
            TLanes.Store(scores + j, weight);
            sums += weight;
        }

        return TLanes.SumOf(sums);
    }

    /// <summary>Adds the weighted values between two positions to the contexts of all rows.</summary>
    /// <remarks>The order of the sums follows from the positions alone, not from where the values lie.</remarks>
    private void AddValues(int from, int to)
    {
        (from, to) = (Math.Max(from, _start), Math.Min(to, _end));
        int quarter = Math.Max(0, to - from) / 4, block = BlockOf(_problem.ValueWidth);
        nint stride = (nint)_problem.Rows.ValueStride;
        float* weights = _scores + (from - _start);
        for (int j = 0; j < quarter;)
        {
            int values = Math.Min(block, quarter - j);
            FourRows value = new(Value(from + j, ref values), Value(from + quarter + j, ref values), Value(from + (2 * quarter) + j, ref values), Value(from + (3 * quarter) + j, ref values));
            ContextTile.Run<TLanes>(_problem.GroupRows, values, _problem.ValueWidth, weights + j, quarter, ScoreStride, value, stride, _partial.Context, _partial.Stride);
            j += values;
        }

        for (int position = from + (4 * quarter); position < to; position++)
        {
            float* value = _problem.Rows.Value(_sequence, _head, position, out _);
            for (int r = 0; r < _problem.GroupRows; r++)
            {
                AddValue(r, position, value);
            }
        }
    }

    private void AddValue(int row, int position, float* value) =>
        Decode.AddScaled<TLanes>(_problem.ValueWidth, _scores[((long)row * ScoreStride) + (position - _start)], value, _partial.Context + ((long)row * _partial.Stride));

    /// <summary>The same where not every row sees every key: 0 · NaN is NaN, and so what a row does not see it must not touch.</summary>
    private void AddEdge(int from, int to, int firstQuery)
    {
        for (int position = Math.Max(from, _start); position < Math.Min(to, _end); position++)
        {
            float* value = _problem.Rows.Value(_sequence, _head, position, out _);
            for (int r = 0; r < _problem.GroupRows; r++)
            {
                int query = firstQuery + (r % _problem.Queries);
                bool seen = position <= query && (position < _problem.Rows.Sinks || position >= _problem.Rows.FirstSeen(query));
                if (seen)
                {
                    AddValue(r, position, value);
                }
            }
        }
    }
}
