using System.Runtime.CompilerServices;

namespace Attention.Kernels;

/// <summary>Some neighbouring keys of one key head, and the queries that share it.</summary>
/// <remarks>
/// Scores of all keys first, then the softmax of each row, then the weighted values: keys and values are each read once, and stay in the nearest cache while all rows use them.
/// Both are read in four places at once, a quarter of the piece apart: one stream alone leaves the memory waiting between a row and the next.
/// </remarks>
internal readonly unsafe ref struct DecodePiece<TRows, TLanes>
    where TRows : struct, ICachedRows
    where TLanes : unmanaged, ILanes<TLanes>
{
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
    private readonly float* _added;
    private readonly Mask.Reach _reach;

    internal DecodePiece(DecodeProblem<TRows> problem, DecodePartial partial, int sequence, int head, int start, float* scratch)
    {
        (_problem, _partial, _sequence, _head, _start) = (problem, partial, sequence, head, start);
        _reach = problem.MaskOf(sequence, head, 0).ReachOf(0, problem.Queries - 1);
        _end = (int)Math.Min((long)start + Decode.PieceTokens, problem.Rows.Length(sequence));
        _queries = scratch;
        _scores = scratch + Rounded((long)problem.GroupRows * problem.Width);
        _added = _scores + ((long)problem.GroupRows * ScoreStride);
    }

    /// <summary>From one row's scores to the next's: whole registers, and not a power of two.</summary>
    private static int ScoreStride => Decode.PieceTokens + 16;

    internal static long ScratchCount(DecodeProblem<TRows> problem) => Rounded((long)problem.GroupRows * problem.Width) + ((problem.GroupRows + 1L) * ScoreStride);

    internal void Run()
    {
        float factor = CopyQueries();
        Score(_reach.First, _reach.SinkEnd);
        Score(_reach.Start, _reach.End);
        bool hasHoles = false;
        for (int r = 0; r < _problem.GroupRows; r++)
        {
            float* scores = _scores + ((long)r * ScoreStride);
            Mask.Head mask = _problem.MaskOf(_sequence, _head, r);
            Mask.Reach seen = mask.ReachOf(r % _problem.Queries, r % _problem.Queries);
            if (mask.IsMoreThanRanges)
            {
                hasHoles |= Add(mask, r % _problem.Queries, seen, scores, factor);
            }
            else
            {
                Hide(scores, _start, seen.First);
                Hide(scores, seen.SinkEnd, seen.Start);
                Hide(scores, seen.End, _end);
            }

            _partial.Sum[r] = Weigh(scores, _end - _start, mask.AddsToScores ? 1 : factor, out _partial.Peak[r]);
            new Span<float>(_partial.Context + ((long)r * _partial.Stride), _partial.Stride).Clear();
        }

        if (hasHoles)
        {
            AddSeen();
        }
        else
        {
            AddValues();
        }
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

        return Exponential.Log2E * (scale == 0 ? 1 : MathF.Abs(scale));
    }

    /// <summary>The scores of all rows for the keys between two positions, as far as they are in this piece.</summary>
    private void Score(int from, int to)
    {
        (from, to) = (Math.Max(from, _start), Math.Min(to, _end));
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

    /// <summary>From a value to the one that is added next: a quarter of the piece, whatever the mask leaves of it.</summary>
    private int Quarter => (_end - _start) / 4;

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

    /// <summary>Adds what the mask adds, and hides what it hides. The scores become exponents of two if something is added.</summary>
    /// <returns>Whether it hides a key that is in reach.</returns>
    private bool Add(Mask.Head mask, int query, Mask.Reach seen, float* scores, float factor)
    {
        mask.Write(query, _start, new Span<float>(_added, _end - _start));
        bool hasHoles = false, adds = mask.AddsToScores;
        for (int j = 0; j < _end - _start; j++)
        {
            float added = _added[j];
            if (float.IsNegativeInfinity(added))
            {
                // Written over, whatever it is: a hidden key may hold NaN.
                scores[j] = added;
                hasHoles |= seen.Contains(_start + j);
            }
            else if (adds)
            {
                // A large finite bias stays finite, though log2(e) times it would not: only −∞ hides.
                scores[j] = (scores[j] * factor) + (float.IsFinite(added) ? Math.Clamp(added * Exponential.Log2E, -float.MaxValue, float.MaxValue) : added);
            }
        }

        return hasHoles;
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

    /// <summary>Adds the weighted values: what every row sees for all rows at once, what some of them do not see row by row.</summary>
    /// <remarks>The order of the sums follows from the positions alone, not from the mask, nor from where the values lie.</remarks>
    private void AddValues()
    {
        int block = BlockOf(_problem.ValueWidth), quarter = Quarter;
        nint stride = (nint)_problem.Rows.ValueStride;
        for (int j = 0; j < quarter;)
        {
            int values = Math.Min(Math.Min(block, quarter - j), SeenByAll(_start + j, quarter));
            if (values > 0)
            {
                int at = _start + j;
                FourRows value = new(Value(at, ref values), Value(at + quarter, ref values), Value(at + (2 * quarter), ref values), Value(at + (3 * quarter), ref values));
                ContextTile.Run<TLanes>(_problem.GroupRows, values, _problem.ValueWidth, _scores + j, quarter, ScoreStride, value, stride, _partial.Context, _partial.Stride);
                j += values;
                continue;
            }

            for (int place = 0; place < 4; place++)
            {
                AddValue(_start + j + (place * quarter));
            }

            j++;
        }

        for (int position = _start + (4 * quarter); position < _end; position++)
        {
            AddValue(position);
        }
    }

    /// <summary>How many values from here on every row sees, in all four places.</summary>
    private int SeenByAll(int position, int quarter) => Math.Min(
        Math.Min(_reach.SeenByAll(position), _reach.SeenByAll(position + quarter)),
        Math.Min(_reach.SeenByAll(position + (2 * quarter)), _reach.SeenByAll(position + (3 * quarter))));

    /// <summary>One value, for the rows that see it: 0 · NaN is NaN, and so what a row does not see it must not touch.</summary>
    private void AddValue(int position)
    {
        if (!_reach.Contains(position))
        {
            return;
        }

        float* value = _problem.Rows.Value(_sequence, _head, position, out _);
        for (int r = 0; r < _problem.GroupRows; r++)
        {
            if (_reach.SeenByAll(position) > 0 || _problem.MaskOf(_sequence, _head, r).ReachOf(r % _problem.Queries, r % _problem.Queries).Contains(position))
            {
                AddValue(r, position, value);
            }
        }
    }

    private void AddValue(int row, int position, float* value) =>
        Decode.AddScaled<TLanes>(_problem.ValueWidth, _scores[((long)row * ScoreStride) + (position - _start)], value, _partial.Context + ((long)row * _partial.Stride));

    /// <summary>The same sums, in the same order, where the mask hides keys that are in reach.</summary>
    private void AddSeen()
    {
        int quarter = Quarter;
        for (int r = 0; r < _problem.GroupRows; r++)
        {
            Mask.Head mask = _problem.MaskOf(_sequence, _head, r);
            for (int k = 0; k < _end - _start; k++)
            {
                int position = _start + (k < 4 * quarter ? (k % 4 * quarter) + (k / 4) : k);
                float weight = _scores[((long)r * ScoreStride) + (position - _start)];
                if (weight != 0 || !float.IsNegativeInfinity(mask.At(r % _problem.Queries, position)))
                {
                    AddValue(r, position, _problem.Rows.Value(_sequence, _head, position, out _));
                }
            }
        }
    }
}
