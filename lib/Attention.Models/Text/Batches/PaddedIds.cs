namespace Attention.Models;

/// <summary>Sequences of different lengths as one matrix of ids, filled up at their ends.</summary>
public sealed class PaddedIds
{
    private PaddedIds(int[] ids, int[] lengths, int width)
    {
        (Ids, Lengths, Width) = (ids, lengths, width);
    }

    /// <summary>[Rows, Width]; row-major.</summary>
    public int[] Ids { get; }

    /// <summary>[Rows]; how many ids of each row are not padding: what a mask by key lengths takes.</summary>
    public int[] Lengths { get; }

    /// <summary>How many sequences there are.</summary>
    public int Rows => Lengths.Length;

    /// <summary>How many ids each row has, padding among them.</summary>
    public int Width { get; }

    /// <summary>Puts sequences into rows.</summary>
    /// <param name="sequences">The ids of each sequence.</param>
    /// <param name="padding">The id that fills up a row.</param>
    /// <param name="width">How wide a row is; null: as the longest sequence.</param>
    /// <param name="truncate">Whether a sequence that is longer than the width loses its end; otherwise it is an error.</param>
    /// <exception cref="ArgumentException">A sequence is longer than the width.</exception>
    public static PaddedIds Of(IReadOnlyList<IReadOnlyList<int>> sequences, int padding, int? width = null, bool truncate = false)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        int columns = width ?? (sequences.Count == 0 ? 0 : sequences.Max(sequence => sequence.Count));
        ArgumentOutOfRangeException.ThrowIfNegative(columns, nameof(width));
        int[] ids = new int[checked(sequences.Count * columns)], lengths = new int[sequences.Count];
        Array.Fill(ids, padding);
        for (int row = 0; row < sequences.Count; row++)
        {
            IReadOnlyList<int> sequence = sequences[row];
            if (sequence.Count > columns && !truncate)
            {
                throw new ArgumentException($"sequences: sequence {row} has {sequence.Count} ids, a row {columns}", nameof(sequences));
            }

            lengths[row] = Math.Min(sequence.Count, columns);
            for (int column = 0; column < lengths[row]; column++)
            {
                ids[(row * columns) + column] = sequence[column];
            }
        }

        return new PaddedIds(ids, lengths, columns);
    }

    /// <summary>[Rows, Width]; 1 where there is an id, 0 where there is padding: BERT's attention mask, and the weights of a mean over tokens.</summary>
    public float[] Mask()
    {
        float[] mask = new float[Ids.Length];
        for (int row = 0; row < Rows; row++)
        {
            mask.AsSpan(row * Width, Lengths[row]).Fill(1);
        }

        return mask;
    }
}
