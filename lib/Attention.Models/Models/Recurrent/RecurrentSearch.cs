namespace Attention.Models;

/// <summary>One step of a recurrent decoder: from the last tokens [B] to logits of the next [B, Vocabulary], with its alignment and its new state.</summary>
internal delegate DecoderStep ReadTokens(int[] tokens, DecoderState state, AttentionMemory? memory, int step);

/// <summary>Lets a recurrent decoder write: the likeliest token always, or by beam search.</summary>
/// <param name="read">A step; its readout is the logits.</param>
/// <param name="state">Where the decoder begins.</param>
/// <param name="memory">What it attends to, or null.</param>
/// <param name="start">The token before the first.</param>
/// <param name="end">The token that ends a sequence.</param>
internal sealed class RecurrentSearch(ReadTokens read, DecoderState state, AttentionMemory? memory, int start, int end)
{
    private readonly Dictionary<string, float[]> _weights = [];
    private DecoderState _state = state;
    private AttentionMemory? _memory = memory;
    private int _step;

    /// <summary>Writes for every sequence at once, each time the likeliest token.</summary>
    internal IReadOnlyList<DecodedSequence> Greedy(int batch, int longest)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(longest);
        int[] tokens = [.. Enumerable.Repeat(start, batch)];
        List<int>[] written = [.. tokens.Select(_ => new List<int>())];
        List<float>[] alignments = [.. tokens.Select(_ => new List<float>())];
        double[] sums = new double[batch];
        bool[] hasEnded = new bool[batch];
        for (int step = 0; step < longest && hasEnded.Contains(false); step++)
        {
            using MemoryScope scope = Memory.Scope();
            DecoderStep next = Read(tokens);
            Tensor logProbabilities = next.Readout.LogSoftmax();
            int[] likeliest = logProbabilities.Likeliest("decoder");
            for (int row = 0; row < batch; row++)
            {
                if (hasEnded[row])
                {
                    continue;
                }

                sums[row] += logProbabilities[row, likeliest[row]];
                tokens[row] = likeliest[row];
                hasEnded[row] = tokens[row] == end;
                if (!hasEnded[row])
                {
                    written[row].Add(tokens[row]);
                    alignments[row].AddRange(next.Weights is null ? [] : next.Weights.At(0, row).Values);
                }
            }
        }

        return [.. written.Select((sequence, row) => Decoded(sequence, sums[row], alignments[row], row))];
    }

    /// <summary>Writes for one sequence by beam search.</summary>
    internal IReadOnlyList<DecodedSequence> Beam(int width, int longest, double lengthPenalty)
    {
        IReadOnlyList<Beam> beams = BeamSearch.Find(Logits, width, longest, end, lengthPenalty);
        return [.. beams.Select(beam => Decoded(beam.Tokens, beam.LogProbability, [.. beam.Tokens.SelectMany((_, i) => _weights[Text(beam.Tokens.Take(i))])], 0))];
    }

    /// <summary>The logits after each text of a beam; every text goes on from one of those before, the first from where the decoder begins.</summary>
    private Tensor Logits(IReadOnlyList<int[]> texts, int[] parents)
    {
        int[] rows = parents.Length == 0 ? [0] : parents;
        (_state, _memory) = (_state.Select(rows), _memory?.Select(rows));
        DecoderStep next = Read([.. texts.Select(text => text.Length == 0 ? start : text[^1])]);
        _memory = _memory?.ToLasting();
        for (int row = 0; row < texts.Count; row++)
        {
            _weights[Text(texts[row])] = next.Weights?.At(0, row).ToArray() ?? [];
        }

        return next.Readout;
    }

    private DecoderStep Read(int[] tokens)
    {
        DecoderStep next = read(tokens, _state, _memory, _step++);
        _state = next.State.ToLasting();
        return next;
    }

    private static string Text(IEnumerable<int> tokens) => string.Join(' ', tokens);

    private DecodedSequence Decoded(IReadOnlyList<int> tokens, double logProbability, List<float> alignment, int row)
    {
        if (_memory is null)
        {
            return new(tokens, logProbability, null);
        }

        int keys = _memory.Keys.Shape[1];
        Tensor weights = Tensor.Of([.. alignment], tokens.Count, keys);
        return new(tokens, logProbability, weights.Slice(1, 0, _memory.Lengths[row]).ToLasting());
    }
}
