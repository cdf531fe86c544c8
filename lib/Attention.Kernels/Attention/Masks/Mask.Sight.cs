namespace Attention.Kernels;

public readonly partial struct Mask
{
    internal readonly ref partial struct Head
    {
        /// <summary>What some neighbouring queries see of some neighbouring keys.</summary>
        /// <param name="firstQuery">The first of the queries.</param>
        /// <param name="endQuery">The query after the last.</param>
        /// <param name="firstKey">The first of the keys.</param>
        /// <param name="endKey">The key after the last.</param>
        internal Sight Look(int firstQuery, int endQuery, int firstKey, int endKey)
        {
            int lastQuery = endQuery - 1;
            firstKey = NextKey(firstKey, firstQuery, lastQuery);
            endKey = Math.Min(endKey, KeyEnd(lastQuery));
            if (WindowStart(firstQuery) >= endKey)
            {
                endKey = Math.Min(endKey, SinkEnd(lastQuery));
            }

            if (!_blocks.IsEmpty)
            {
                NarrowToBlocks(firstQuery, lastQuery, ref firstKey, ref endKey);
            }

            if (firstKey >= endKey)
            {
                return default;
            }

            // The last query's range begins last, and the first query's ends first: what both see, all see.
            bool cuts = endKey > SinkEnd(firstQuery) && (firstKey < WindowStart(lastQuery) || endKey > RangeEnd(firstQuery));
            bool hasHoles = !_visible.IsEmpty && NarrowToPattern(firstQuery, endQuery, ref firstKey, ref endKey);
            return firstKey >= endKey ? default : new(firstKey, endKey, cuts, hasHoles, !_blocks.IsEmpty && HasHiddenBlock(firstQuery, lastQuery, firstKey, endKey));
        }

        /// <summary>Writes what is added to one query's scores of neighbouring keys, and −∞ where a key is hidden.</summary>
        internal void Write(int query, int firstKey, Span<float> row)
        {
            int place = (query * Stride) + firstKey;
            if (_bias.IsEmpty)
            {
                row.Clear();
            }
            else
            {
                _bias.Slice(place, row.Length).CopyTo(row);
            }

            for (int j = 0; j < row.Length && HasDistanceBias; j++)
            {
                float distanceBias = DistanceBias(firstKey + j - query - _shift);
                row[j] = float.IsNegativeInfinity(row[j]) || float.IsNegativeInfinity(distanceBias) ? float.NegativeInfinity : row[j] + distanceBias;
            }

            int sinks = Math.Clamp(SinkEnd(query) - firstKey, 0, row.Length), start = Math.Clamp(WindowStart(query) - firstKey, sinks, row.Length);
            row[..Math.Clamp(_first - firstKey, 0, row.Length)].Fill(float.NegativeInfinity);
            row[sinks..start].Fill(float.NegativeInfinity);
            row[Math.Clamp(KeyEnd(query) - firstKey, 0, row.Length)..].Fill(float.NegativeInfinity);
            for (int j = 0; j < row.Length && !_visible.IsEmpty; j++)
            {
                row[j] = _visible[place + j] ? row[j] : float.NegativeInfinity;
            }

            for (int j = 0; j < row.Length && !_blocks.IsEmpty; j++)
            {
                row[j] = Block(query / _blockSize, (firstKey + j) / _blockSize) ? row[j] : float.NegativeInfinity;
            }
        }

        /// <summary>Hides from these queries what the pattern hides.</summary>
        /// <param name="firstQuery">The first of the queries.</param>
        /// <param name="queries">How many there are.</param>
        /// <param name="firstKey">The first of the keys.</param>
        /// <param name="keys">How many there are.</param>
        /// <param name="scores">[keys, stride], a column per query.</param>
        /// <param name="stride">From one key's row to the next.</param>
        internal unsafe void HidePattern(int firstQuery, int queries, int firstKey, int keys, float* scores, int stride)
        {
            for (int i = 0; i < queries; i++)
            {
                ReadOnlySpan<bool> row = PatternRow(firstQuery + i, firstKey, firstKey + keys);
                for (int j = 0; j < row.Length; j++)
                {
                    if (!row[j])
                    {
                        scores[((long)j * stride) + i] = float.NegativeInfinity;
                    }
                }
            }
        }

        /// <summary>Hides from these queries what the block layout hides.</summary>
        /// <inheritdoc cref="HidePattern"/>
        internal unsafe void HideBlocks(int firstQuery, int queries, int firstKey, int keys, float* scores, int stride)
        {
            for (int i = 0, count; i < queries; i += count)
            {
                int row = (firstQuery + i) / _blockSize;
                count = (int)Math.Min(queries - i, ((row + 1L) * _blockSize) - firstQuery - i);
                for (int j = 0; j < keys; j++)
                {
                    if (!Block(row, (firstKey + j) / _blockSize))
                    {
                        new Span<float>(scores + ((long)j * stride) + i, count).Fill(float.NegativeInfinity);
                    }
                }
            }
        }

        /// <summary>Writes what is added at neighbouring distances.</summary>
        /// <param name="relativePosition">Of the first float: a key's position minus a query's, where the query is given as its row.</param>
        /// <param name="line">[count]; the relative position falls by one from float to float.</param>
        /// <param name="factor">What each is multiplied by; what is finite stays finite.</param>
        internal void WriteDistances(int relativePosition, Span<float> line, double factor)
        {
            for (int u = 0; u < line.Length; u++)
            {
                float bias = DistanceBias(relativePosition - _shift - u);
                line[u] = float.IsFinite(bias) ? (float)Math.Clamp(bias * factor, -float.MaxValue, float.MaxValue) : bias;
            }
        }

        private bool Block(int row, int column) => _blocks[(row * _blockColumns) + column];

        private void NarrowToBlocks(int firstQuery, int lastQuery, ref int firstKey, ref int endKey)
        {
            while (firstKey < endKey && !SeesBlockOf(firstQuery, lastQuery, firstKey))
            {
                firstKey = (int)Math.Min(endKey, ((firstKey / _blockSize) + 1L) * _blockSize);
            }

            while (firstKey < endKey && !SeesBlockOf(firstQuery, lastQuery, endKey - 1))
            {
                endKey = Math.Max(firstKey, (endKey - 1) / _blockSize * _blockSize);
            }
        }

        private bool SeesBlockOf(int firstQuery, int lastQuery, int key)
        {
            bool any = false;
            for (int row = firstQuery / _blockSize; row <= lastQuery / _blockSize && !any; row++)
            {
                any = Block(row, key / _blockSize);
            }

            return any;
        }

        private bool HasHiddenBlock(int firstQuery, int lastQuery, int firstKey, int endKey)
        {
            bool all = true;
            for (int row = firstQuery / _blockSize; row <= lastQuery / _blockSize && all; row++)
            {
                for (int column = firstKey / _blockSize; column <= (endKey - 1) / _blockSize && all; column++)
                {
                    all = Block(row, column);
                }
            }

            return !all;
        }

        private ReadOnlySpan<bool> PatternRow(int query, int firstKey, int endKey) => _visible.Slice((query * Stride) + firstKey, endKey - firstKey);

        /// <returns>Whether something between the first and the last key that is seen is hidden from someone.</returns>
        private bool NarrowToPattern(int firstQuery, int endQuery, ref int firstKey, ref int endKey)
        {
            int count = endKey - firstKey;
            (int first, int end, bool all) = (count, 0, true);
            for (int query = firstQuery; query < endQuery; query++)
            {
                ReadOnlySpan<bool> row = PatternRow(query, firstKey, endKey);
                bool isWhole = !row.Contains(false);
                all &= isWhole;
                (first, end) = isWhole ? (0, count) : (Earlier(first, row.IndexOf(true)), Math.Max(end, row.LastIndexOf(true) + 1));
            }

            (firstKey, endKey) = (firstKey + first, firstKey + end);
            return !all;
        }

        private static int Earlier(int first, int found) => found < 0 ? first : Math.Min(first, found);
    }

    /// <summary>What some neighbouring queries see of some neighbouring keys: from the first that one of them may see to the last. By default nothing.</summary>
    /// <param name="FirstKey">The first key that may be seen.</param>
    /// <param name="EndKey">The key after the last.</param>
    /// <param name="CutsRange">A window, causality or padding hides some of these keys from some of these queries.</param>
    /// <param name="HasHoles">The pattern does.</param>
    /// <param name="HasHiddenBlocks">The block layout does.</param>
    internal readonly record struct Sight(int FirstKey, int EndKey, bool CutsRange, bool HasHoles, bool HasHiddenBlocks)
    {
        internal int Keys => EndKey - FirstKey;

        /// <summary>Whether some key is hidden from some query.</summary>
        internal bool HidesSome => CutsRange || HasHoles || HasHiddenBlocks;
    }
}
