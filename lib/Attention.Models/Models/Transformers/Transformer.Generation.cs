using Attention.Kernels;

namespace Attention.Models;

public sealed partial class Transformer
{
    /// <summary>Writes the likeliest token each time, for all sources at once. What was read and written is kept in caches.</summary>
    /// <param name="sources">What is read; without special tokens.</param>
    /// <param name="longest">How many tokens to write at most, the end token not counted.</param>
    /// <returns>What was written for each, without special tokens.</returns>
    /// <exception cref="ArgumentException">There is no source, or a text is or may get longer than the positions.</exception>
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

            next = Logits(x).ArgMax();
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

    /// <summary>Searches for likely texts.</summary>
    /// <param name="source">What is read; without special tokens.</param>
    /// <param name="beams">How many texts are kept; 4 in the paper (§ 6.1).</param>
    /// <param name="longest">How many tokens to write at most.</param>
    /// <param name="lengthPenalty">As of <see cref="BeamSearch.Find"/>; 0.6 in the paper.</param>
    /// <returns>The best first.</returns>
    /// <exception cref="ArgumentException">A setting is out of range, or a text is or may get longer than the positions.</exception>
    public IReadOnlyList<Beam> Search(int[] source, int beams = 4, int longest = 50, double lengthPenalty = 0.6)
    {
        PaddedIds read = Read([source], longest);
        using Prediction prediction = Predict();
        using MemoryScope scope = Memory.Scope();
        Tensor memory = Encode(read);
        return BeamSearch.Find(
            texts =>
            {
                int[] written = [.. texts.SelectMany(text => text.Prepend(Options.Start))], lengths = new int[texts.Count];
                Array.Fill(lengths, source.Length);
                return Decode(written, memory.Expand(texts.Count, source.Length, Options.Width), lengths).At(1, texts[0].Length);
            },
            beams,
            longest,
            Options.End,
            lengthPenalty);
    }

    private PaddedIds Read(IReadOnlyList<int[]> sources, int longest)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return sources.Count > 0 && longest >= 0 && longest <= Options.Positions
            ? PaddedIds.Of(sources, Options.Padding)
            : throw new ArgumentException($"Transformer: expected at least 1 source, and from 0 to {Options.Positions} tokens to write, got {sources.Count} and {longest}", nameof(sources));
    }
}
