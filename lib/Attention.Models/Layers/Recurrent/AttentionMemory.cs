namespace Attention.Models;

/// <summary>What a <see cref="ScoreAttention"/> attends to, query after query: keys, and what of the score can be computed from them once.</summary>
public sealed class AttentionMemory
{
    internal AttentionMemory(Tensor keys, Tensor scored, IReadOnlyList<int> lengths) => (Keys, Scored, Lengths) = (keys, scored, lengths);

    /// <summary>[B, M, Dk]; also the values.</summary>
    public Tensor Keys { get; }

    /// <summary>How many keys each sequence has, [B]; what follows is padding.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The keys as the score takes them.</summary>
    internal Tensor Scored { get; }

    /// <summary>Some sequences of the memory, such as one of them several times.</summary>
    /// <param name="rows">Which.</param>
    internal AttentionMemory Select(int[] rows)
    {
        Tensor keys = Keys.Select(rows);
        return new(keys, ReferenceEquals(Scored, Keys) ? keys : Scored.Select(rows), [.. rows.Select(row => Lengths[row])]);
    }

    /// <summary>The same in memory that no scope takes away.</summary>
    internal AttentionMemory ToLasting()
    {
        Tensor keys = Keys.ToLasting();
        return new(keys, ReferenceEquals(Scored, Keys) ? keys : Scored.ToLasting(), Lengths);
    }
}
