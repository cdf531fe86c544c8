using static System.FormattableString;

namespace Attention.Kernels;

public readonly partial struct Mask
{
    /// <summary>Refuses a mask that does not fit the shape.</summary>
    internal void Check(AttentionShape shape)
    {
        CheckPlaces("key lengths", Ends, shape);
        CheckPlaces("key starts", Starts, shape);
        if (Pattern.IsGiven)
        {
            CheckPattern("visible", Pattern.Length, shape);
        }

        if (Grid.Layout.IsGiven)
        {
            CheckGrid(shape);
        }

        if (Added.IsGiven && IsAddedPerHead)
        {
            Guard.Length("bias", Added.Length, shape.Heads, shape.Queries, shape.Keys);
        }
        else if (Added.IsGiven)
        {
            CheckPattern("bias", Added.Length, shape);
        }

        if (Slopes.IsGiven)
        {
            CheckSlopes(shape);
        }

        if (Relative.Table.IsGiven)
        {
            Guard.Length("table", Relative.Table.Length, shape.Heads, Relative.Buckets.Count);
        }
    }

    /// <summary>A result must not overlap what the mask adds.</summary>
    internal void CheckApart(string name, ReadOnlySpan<float> result)
    {
        Guard.Apart(name, result, "bias", Added.Span);
        Guard.Apart(name, result, "slopes", Slopes.Span);
        Guard.Apart(name, result, "table", Relative.Table.Span);
    }

    /// <summary>What the mask adds, which a result must not overlap.</summary>
    internal void AddTo(ref Buffers inputs)
    {
        inputs.Add("bias", Added.Span);
        inputs.Add("slopes", Slopes.Span);
        inputs.Add("table", Relative.Table.Span);
    }

    private static void CheckPlaces(string name, Given<int> given, AttentionShape shape)
    {
        if (!given.IsGiven)
        {
            return;
        }

        if (given.Length != shape.Batch)
        {
            throw new ArgumentException($"{name}: expected B = {shape.Batch} of them, got {given.Length}");
        }

        ReadOnlySpan<int> places = given.Span;
        for (int b = 0; b < places.Length; b++)
        {
            if (places[b] < 0 || places[b] > shape.Keys)
            {
                throw new ArgumentException(Invariant($"{name}: expected 0 to M = {shape.Keys}, got {places[b]} for sequence {b}"));
            }
        }
    }

    private static void CheckPattern(string name, int actual, AttentionShape shape)
    {
        (long b, long h, long matrix) = (shape.Batch, shape.Heads, (long)shape.Queries * shape.Keys);
        // In 128 bits: a batch of many heads of long sequences may exceed even a long, and then simply does not match.
        bool fits = actual == matrix || actual == (Int128)matrix * b || actual == (Int128)matrix * b * h;
        if (!fits)
        {
            throw new ArgumentException(
                $"{name}: expected [N, M] = {shape.Queries}×{shape.Keys} = {matrix}, [B, 1, N, M] = {(Int128)matrix * b} or [B, H, N, M] = {(Int128)matrix * b * h} elements, got {actual}");
        }
    }

    private void CheckGrid(AttentionShape shape)
    {
        (int rows, int columns) = (BlocksIn(shape.Queries), BlocksIn(shape.Keys));
        long matrix = (long)rows * columns;
        if (Grid.Layout.Length != matrix && Grid.Layout.Length != (Int128)matrix * shape.Heads)
        {
            throw new ArgumentException(
                $"layout: expected ⌈N / {Grid.Size}⌉ × ⌈M / {Grid.Size}⌉ = {rows}×{columns} = {matrix} blocks, or {(Int128)matrix * shape.Heads} for each head its own, got {Grid.Layout.Length}");
        }
    }

    private void CheckSlopes(AttentionShape shape)
    {
        Guard.Length("slopes", Slopes.Length, shape.Heads);
        ReadOnlySpan<float> slopes = Slopes.Span;
        for (int h = 0; h < slopes.Length; h++)
        {
            if (!float.IsFinite(slopes[h]))
            {
                throw new ArgumentException(Invariant($"slopes: expected finite numbers, got {slopes[h]} for head {h}"));
            }
        }
    }

    private int BlocksIn(int length) => (int)(((long)length + Grid.Size - 1) / Grid.Size);
}
