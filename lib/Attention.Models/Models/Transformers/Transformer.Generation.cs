using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Transformer
{
    /// <summary>Writes the likeliest token each time, for all sources at once. What was read and written is kept in caches.</summary>
    /// <param name="sources">What is read; without special tokens.</param>
    /// <param name="longest">How many tokens to write at most, the end token not counted: a text that has not ended by then is cut there.</param>
    /// <returns>What was written for each, without special tokens.</returns>
    /// <exception cref="ArgumentException">There is no source or an empty one, a text is or may get longer than the positions, or a logit is NaN.</exception>
    public IReadOnlyList<int[]> Translate(IReadOnlyList<int[]> sources, int longest = 50)
    {
        PaddedIds read = Read(sources, longest);
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        Tensor memory = Encode(read);
        (DecoderLayer Layer, KeyValueCache Cache, KeysAndValues Remembered)[] layers =
            [.. _decoder.Select(layer => (layer, layer.NewCache(read.Rows, longest + 1), layer.Remember(memory)))];
        var written = new List<int>[read.Rows];
        int[] next = new int[read.Rows];
        for (int row = 0; row < written.Length; row++)
        {
            (written[row], next[row]) = ([], Options.Start);
        }

        bool[] hasEnded = new bool[read.Rows];
        for (int position = 0; position < longest && hasEnded.Contains(false); position++)
        {
            using MemoryScope step = Memory.Scope();
            Tensor x = Embed(_target, next, read.Rows, position);
            foreach ((DecoderLayer layer, KeyValueCache cache, KeysAndValues remembered) in layers)
            {
                x = layer.Continue(x, cache, remembered, Mask.KeyLengths(read.Lengths));
            }

            next = Logits(x).Likeliest("Transformer");
            for (int row = 0; row < next.Length; row++)
            {
                hasEnded[row] |= next[row] == Options.End;
                if (!hasEnded[row])
                {
                    written[row].Add(next[row]);
                }
            }
        }

        return [.. written.Select(text => text.ToArray())];
    }

    /// <summary>Searches for likely texts. The source is read once, and then one token of each text that is kept at a time.</summary>
    /// <param name="source">What is read; without special tokens.</param>
    /// <param name="beams">How many texts are kept; 4 in the paper (§ 6.1).</param>
    /// <param name="longest">How many tokens to write at most.</param>
    /// <param name="lengthPenalty">As of <see cref="BeamSearch"/>; 0.6 in the paper.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ArgumentException">A setting is out of range, the source is empty, or a text is or may get longer than the positions.</exception>
    public IReadOnlyList<Beam> Search(int[] source, int beams = 4, int longest = 50, double lengthPenalty = 0.6)
    {
        PaddedIds read = Read([source], longest);
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        Tensor memory = Encode(read);
        KeysAndValues[] remembered = [.. _decoder.Select(layer => Repeated(layer.Remember(memory), Math.Max(beams, 1)))];
        KeyValueCache[] caches = [.. _decoder.Select(layer => layer.NewCache(1, layer.NewPages(Math.Max(beams, 1), longest + 1)))];
        return BeamSearch.Find(
            (texts, parents) =>
            {
                Tensor x = Embed(_target, texts.Select(text => text.Length == 0 ? Options.Start : text[^1]).ToArray(), texts.Count, texts[0].Length);
                for (int i = 0; i < caches.Length; i++)
                {
                    if (parents.Length > 0)
                    {
                        using KeyValueCache before = caches[i];
                        caches[i] = before.Fork(parents);
                    }

                    KeysAndValues seen = new(remembered[i].Key.Slice(0, 0, texts.Count), remembered[i].Value.Slice(0, 0, texts.Count));
                    x = _decoder[i].Continue(x, caches[i], seen);
                }

                return Logits(x.At(1, 0));
            },
            beams,
            longest,
            Options.End,
            lengthPenalty);
    }

    /// <summary>One memory, to be asked by several texts.</summary>
    private static KeysAndValues Repeated(KeysAndValues memory, int times)
    {
        (_, int length, int heads, int width) = memory.Key.Shape;
        return new(memory.Key.Expand(times, length, heads, width), memory.Value.Expand(times, length, heads, memory.Value.Shape[-1]));
    }

    private PaddedIds Read(IReadOnlyList<int[]> sources, int longest)
    {
        ArgumentNullException.ThrowIfNull(sources);
        if (sources.Count == 0 || longest < 0 || longest > Options.Positions)
        {
            throw new ArgumentException($"Transformer: expected at least 1 source, and from 0 to {Options.Positions} tokens to write, got {sources.Count} and {longest}", nameof(sources));
        }

        Sources.Check(sources);
        return PaddedIds.Of(sources, Options.Padding);
    }
}
