namespace Attention.Kernels.Tests;

/// <summary>How a cache keeps what it is given.</summary>
public enum CacheKind
{
    Contiguous,
    PagesOfSixteen,
    PagesOfThree,
    OnePagePerToken,
}

/// <summary>Texts of several sequences, whose last tokens attend.</summary>
/// <param name="Shape">Query heads, and new tokens per sequence.</param>
/// <param name="Cache">The cache's sizes.</param>
/// <param name="Lengths">Tokens of each sequence, the new ones included.</param>
/// <param name="Window">What the cache keeps; null: everything.</param>
/// <param name="Seed">Draws the numbers.</param>
internal sealed record DecodeCase(DecodeShape Shape, CacheShape Cache, int[] Lengths, CacheWindow? Window, int Seed)
{
    public float? Scale { get; init; }

    public double Deviation { get; init; } = 1;

    /// <summary>Each sequence as an attention problem of its own, whose queries are its last tokens.</summary>
    public AttentionCase[] Texts => texts ??= [.. Lengths.Select((length, sequence) => Text(length, sequence))];

    private AttentionCase[]? texts;

    public KeyValueCache Build(CacheKind kind)
    {
        KeyValueCache cache = Build(kind, Math.Max(1, Lengths.DefaultIfEmpty().Max()));
        Fill(cache);
        return cache;
    }

    /// <summary>An empty cache with room for so many tokens per sequence.</summary>
    public KeyValueCache Build(CacheKind kind, int tokens)
    {
        int pageTokens = kind switch { CacheKind.PagesOfSixteen => 16, CacheKind.PagesOfThree => 3, _ => 1 };
        if (kind == CacheKind.Contiguous)
        {
            return Window is { } kept ? KeyValueCache.Contiguous(Cache, kept) : KeyValueCache.Contiguous(Cache, tokens);
        }

        PagePool pool = new(Cache.KeyHeads, Cache.Width, Cache.ValueWidth, pageTokens, 1 + (Cache.Sequences * ((tokens / pageTokens) + 1)), Cache.ValuesEndKeys);
        return Window is { } window ? KeyValueCache.Paged(Cache, pool, window) : KeyValueCache.Paged(Cache, pool);
    }

    /// <summary>Appends the texts in pieces: a long one first, then a few tokens at a time, in turns, so that pages of sequences lie between each other's.</summary>
    private void Fill(KeyValueCache cache)
    {
        Draw draw = new(Seed + 1);
        bool grew = true;
        while (grew)
        {
            grew = false;
            for (int s = 0; s < Lengths.Length; s++)
            {
                int from = cache.Length(s);
                int tokens = Math.Min(Lengths[s] - from, from == 0 ? (Lengths[s] + 1) / 2 : draw.Integer(0, 40));
                AttentionLayout layout = draw.Pick(AttentionLayout.HeadsFirst, AttentionLayout.LengthFirst);
                cache.Append(s, tokens, Rows(Texts[s].Key, s, from, tokens, Cache.Width, layout), Rows(Texts[s].Value, s, from, tokens, Cache.ValueWidth, layout), layout);
                grew |= cache.Length(s) < Lengths[s];
            }
        }
    }

    /// <summary>Some tokens of [G, M, width].</summary>
    public float[] Rows(float[] all, int sequence, int from, int tokens, int width, AttentionLayout layout)
    {
        float[] rows = new float[Cache.KeyHeads * tokens * width];
        for (int g = 0; g < Cache.KeyHeads; g++)
        {
            for (int t = 0; t < tokens; t++)
            {
                int place = layout == AttentionLayout.HeadsFirst ? (g * tokens) + t : (t * Cache.KeyHeads) + g;
                all.AsSpan(((g * Lengths[sequence]) + from + t) * width, width).CopyTo(rows.AsSpan(place * width));
            }
        }

        return rows;
    }

    public override string ToString() => $"{Shape}, {Cache}, lengths {string.Join(' ', Lengths)}, window {Window}, scale {Scale}, deviation {Deviation}, seed {Seed}";

    private AttentionCase Text(int length, int sequence)
    {
        AttentionShape shape = new(1, Shape.Heads, Cache.KeyHeads, Shape.Queries, length, Cache.Width, Cache.ValueWidth);
        MaskCase mask = new LastTokensCase(shape, Window);
        return AttentionCase.Draw(shape, MaskKind.None, Seed + (100 * sequence), Deviation) with { Mask = mask, Scale = Scale };
    }
}

/// <summary>Each token sees itself and what came before it, as far back as the window goes, and the sinks.</summary>
internal sealed record LastTokensCase(AttentionShape Shape, CacheWindow? Window) : MaskCase
{
    public override bool Visible(int b, int h, int i, int j)
    {
        int position = i + Shape.Keys - Shape.Queries;
        return j <= position && (Window is not { } window || j < window.Sinks || position - j < window.Window);
    }

    public override MaskCase Head(int b, int h) => this;

    public override Mask Build(Fences fences) => throw new NotSupportedException();
}
