using static System.FormattableString;

namespace Attention.Models;

/// <summary>Texts that a BERT reads, filled up at their ends, and for training what it should tell.</summary>
public sealed record BertBatch
{
    /// <summary>Marks a position that is not asked about.</summary>
    public const int NotAsked = -1;

    /// <summary>Texts.</summary>
    /// <param name="ids">[Rows, Length]; word pieces.</param>
    /// <param name="lengths">[Rows]; how much of each is no padding.</param>
    /// <param name="segments">[Rows, Length]; to which sentence each piece belongs. Null: all to the first.</param>
    /// <exception cref="ArgumentException">The sizes do not go together.</exception>
    public BertBatch(int[] ids, int[] lengths, int[]? segments = null)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(lengths);
        Length = lengths.Length == 0 ? 0 : ids.Length / lengths.Length;
        (Ids, Lengths, Segments) = (ids, lengths, segments ?? new int[ids.Length]);
        if (Length == 0 || ids.Length != Rows * Length || Segments.Length != ids.Length || lengths.Any(length => length < 1 || length > Length))
        {
            throw new ArgumentException(Invariant($"BERT: {Rows} texts, each with at least 1 piece, are not made of {ids.Length} pieces, {Segments.Length} segments and these lengths"));
        }
    }

    /// <summary>[Rows, Length]; word pieces.</summary>
    public int[] Ids { get; }

    /// <summary>[Rows]; how much of each is no padding.</summary>
    public int[] Lengths { get; }

    /// <summary>[Rows, Length]; to which sentence each piece belongs.</summary>
    public int[] Segments { get; }

    /// <summary>[Rows, Length]; the piece that stood at each position before it was masked, and <see cref="NotAsked"/> where nothing is asked. Null: masked words are not trained.</summary>
    public int[]? Words { get; init; }

    /// <summary>[Rows]; 0 where the second sentence follows the first in its text, 1 where it was picked by chance. Null: the next sentence is not trained.</summary>
    public int[]? NextSentence { get; init; }

    /// <summary>How many texts.</summary>
    public int Rows => Lengths.Length;

    /// <summary>Pieces in each text, padding among them.</summary>
    public int Length { get; }

    /// <summary>Hides pieces as BERT is trained: of those that are asked about, eight in ten are replaced by the mask, one by any piece, and one stays (Devlin et al. 2019, § 3.1).</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="mask">The mask's piece.</param>
    /// <param name="vocabulary">How many pieces there are.</param>
    /// <param name="special">Pieces that are never asked about, such as those at the beginning and between sentences.</param>
    /// <param name="share">The share of the pieces that is asked about; one at least of each text.</param>
    /// <returns>The batch with hidden pieces, and what they were.</returns>
    /// <exception cref="ArgumentException">The mask is no piece, or the share is out of range.</exception>
    public BertBatch Masked(RandomSource random, int mask, int vocabulary, IReadOnlyCollection<int> special, double share = 0.15)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentNullException.ThrowIfNull(special);
        if (mask < 0 || mask >= vocabulary || !(share > 0 && share <= 1))
        {
            throw new ArgumentException(Invariant($"BERT: expected a mask among {vocabulary} pieces and a share above 0 and up to 1, got {mask} and {share}"));
        }

        int[] ids = [.. Ids], words = new int[ids.Length];
        Array.Fill(words, NotAsked);
        for (int row = 0; row < Rows; row++)
        {
            int[] places = [.. Enumerable.Range(row * Length, Lengths[row]).Where(place => !special.Contains(Ids[place]))];
            random.Shuffle<int>(places);
            foreach (int place in places.Take(Math.Max(1, (int)Math.Round(share * places.Length))))
            {
                words[place] = Ids[place];
                double chance = random.NextDouble();
                ids[place] = chance < 0.8 ? mask : chance < 0.9 ? random.NextInt(vocabulary) : Ids[place];
            }
        }

        return new(ids, Lengths, Segments) { Words = words, NextSentence = NextSentence };
    }
}
