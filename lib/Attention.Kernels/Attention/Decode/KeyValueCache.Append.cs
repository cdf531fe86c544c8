namespace Attention.Kernels;

public sealed partial class KeyValueCache
{
    /// <summary>Adds new tokens to one sequence.</summary>
    /// <param name="sequence">From 0 to B − 1.</param>
    /// <param name="tokens">T: how many.</param>
    /// <param name="key">[G, T, D], or [T, G, D] by the layout.</param>
    /// <param name="value">[G, T, Dv], or [T, G, Dv] by the layout; empty where values end keys.</param>
    /// <param name="layout">Whether heads or tokens come first.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or there is no room; then nothing was added. The message does the arithmetic.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Append(int sequence, int tokens, ReadOnlySpan<float> key, ReadOnlySpan<float> value, AttentionLayout layout = AttentionLayout.HeadsFirst)
    {
        CheckSequence(sequence);
        Guard.NotNegative(nameof(tokens), tokens);
        AttentionOptions.CheckLayout(nameof(layout), layout);
        Guard.Length(nameof(key), key.Length, Shape.KeyHeads, tokens, Shape.Width);
        Guard.Length(nameof(value), value.Length, Shape.KeyHeads, tokens, Shape.OwnValueWidth);
        CheckRoom(sequence, tokens, _pool.FreePages);
        Write(sequence, tokens, key, value, layout);
    }

    /// <summary>Adds as many new tokens to every sequence.</summary>
    /// <param name="tokens">T: how many to each.</param>
    /// <param name="key">[B, G, T, D], or [B, T, G, D] by the layout.</param>
    /// <param name="value">[B, G, T, Dv], or [B, T, G, Dv] by the layout; empty where values end keys.</param>
    /// <param name="layout">Whether heads or tokens come first.</param>
    /// <exception cref="ArgumentException">A buffer's length differs from its shape, or there is no room; then nothing was added. The message does the arithmetic.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed of.</exception>
    public void Append(int tokens, ReadOnlySpan<float> key, ReadOnlySpan<float> value, AttentionLayout layout = AttentionLayout.HeadsFirst)
    {
        CheckAlive();
        Guard.NotNegative(nameof(tokens), tokens);
        AttentionOptions.CheckLayout(nameof(layout), layout);
        Guard.Length(nameof(key), key.Length, Shape.Sequences, Shape.KeyHeads, tokens, Shape.Width);
        Guard.Length(nameof(value), value.Length, Shape.Sequences, Shape.KeyHeads, tokens, Shape.OwnValueWidth);
        int free = _pool.FreePages;
        for (int sequence = 0; sequence < Shape.Sequences; sequence++)
        {
            free -= CheckRoom(sequence, tokens, free);
        }

        (int keys, int values) = (Shape.KeyHeads * tokens * Shape.Width, Shape.KeyHeads * tokens * Shape.OwnValueWidth);
        for (int sequence = 0; sequence < Shape.Sequences; sequence++)
        {
            Write(sequence, tokens, key.Slice(sequence * keys, keys), value.Slice(sequence * values, values), layout);
        }
    }

    /// <returns>How many pages the new tokens need, at most: of the sequences that share a page the last one to write needs no copy.</returns>
    private int CheckRoom(int sequence, int tokens, int free)
    {
        long length = (long)_lengths[sequence] + tokens;
        long most = _window is null ? _capacity : int.MaxValue;
        if (length > most)
        {
            throw new ArgumentException($"tokens: {_lengths[sequence]}+{tokens} = {length} in sequence {sequence}, more than the {most} that the cache has room for");
        }

        int needed = Math.Max(PagesFor((int)length) - _pages[sequence].Count, 0) + SharedPages(sequence, tokens);
        if (needed > free)
        {
            throw new ArgumentException($"pool: sequence {sequence} needs {needed} more pages of {_pool.PageTokens} tokens, and of {_pool.MaxPages} only {free} are free");
        }

        return needed;
    }

    /// <summary>Pages that hold a sequence of this length, of which no more than the capacity is kept.</summary>
    private int PagesFor(int length) => (int)(((long)Math.Min(length, _capacity) + _pool.PageTokens - 1) / _pool.PageTokens);

    private unsafe void Write(int sequence, int tokens, ReadOnlySpan<float> key, ReadOnlySpan<float> value, AttentionLayout layout)
    {
        (int first, int end) = (_lengths[sequence], _lengths[sequence] + tokens);
        while (_pages[sequence].Count < PagesFor(end))
        {
            _pages[sequence].Add(_pool.Take());
        }

        _lengths[sequence] = end;
        int sinks = 0;
        if (_window is { } window)
        {
            sinks = window.Sinks;
            _oldest[sequence] = end > window.Capacity ? Math.Max(_oldest[sequence], end - window.Recent) : _oldest[sequence];
        }

        bool headsFirst = layout == AttentionLayout.HeadsFirst;
        for (int position = first; position < end;)
        {
            if (position >= sinks && position < _oldest[sequence])
            {
                position = _oldest[sequence]; // too old as soon as it is here
                continue;
            }

            OwnPage(sequence, position);
            _ = KeyRun(sequence, 0, position, out int run);
            run = Math.Min(run, (position < sinks ? Math.Min(sinks, end) : end) - position);
            for (int head = 0; head < Shape.KeyHeads; head++)
            {
                Copy(key, KeyRun(sequence, head, position, out _), Shape.Width);
                Copy(value, ValueRun(sequence, head, position, out _), Shape.OwnValueWidth);

                void Copy(ReadOnlySpan<float> source, float* destination, int width)
                {
                    if (headsFirst)
                    {
                        source.Slice(((head * tokens) + position - first) * width, run * width).CopyTo(new(destination, run * width));
                        return;
                    }

                    for (int t = 0; t < run; t++)
                    {
                        source.Slice((((position - first + t) * Shape.KeyHeads) + head) * width, width).CopyTo(new(destination + ((long)t * width), width));
                    }
                }
            }

            position += run;
        }
    }
}
