using Attention.Kernels;

namespace Attention.Benchmarks;

/// <summary>One attention problem, as it was asked for.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Causal">Whether the future is hidden.</param>
/// <param name="Window">How many keys a query sees, up to its own; 0: all.</param>
/// <param name="KeyLength">How many keys of each sequence are real; the rest is padding.</param>
internal readonly record struct AttentionProblem(AttentionShape Shape, bool Causal, int Window, int KeyLength)
{
    /// <summary>What hides the keys that are not to be seen.</summary>
    internal Mask Mask
    {
        get
        {
            Mask mask = Causal ? Mask.Causal : Mask.None;
            mask = Window > 0 ? mask & Mask.Window(Window - 1, 0) : mask;
            return KeyLength < Shape.Keys ? mask & Mask.KeyLengths(Enumerable.Repeat(KeyLength, Shape.Batch).ToArray()) : mask;
        }
    }

    /// <summary>Pairs of a query and a key that it sees, over all heads: what the arithmetic is counted from.</summary>
    internal double Pairs
    {
        get
        {
            double pairs = 0;
            for (int i = 0; i < Shape.Queries; i++)
            {
                (int first, int end) = Seen(i);
                pairs += end - first;
            }

            return pairs * Shape.Batch * Shape.Heads;
        }
    }

    /// <summary>BxHxNxD, and what differs from the ordinary.</summary>
    internal string Name =>
        $"{Shape.Batch}x{Shape.Heads}x{Shape.Queries}x{Shape.Width}"
        + (Shape.Keys != Shape.Queries ? $" keys {Shape.Keys}" : "")
        + (Shape.KeyHeads != Shape.Heads ? $" kv-heads {Shape.KeyHeads}" : "")
        + (Shape.ValueWidth != Shape.Width ? $" dv {Shape.ValueWidth}" : "")
        + (Window > 0 ? $" window {Window}" : "")
        + (KeyLength < Shape.Keys ? $" key-length {KeyLength}" : "");

    /// <summary>The keys that a query sees: they are neighbours in every problem that can be asked for.</summary>
    /// <returns>The first, and the one after the last.</returns>
    internal (int First, int End) Seen(int query)
    {
        int own = query + Shape.Keys - Shape.Queries;
        int end = Math.Clamp(Causal || Window > 0 ? own + 1 : Shape.Keys, 0, KeyLength);
        return (Window > 0 ? Math.Clamp(own + 1 - Window, 0, end) : 0, end);
    }
}
