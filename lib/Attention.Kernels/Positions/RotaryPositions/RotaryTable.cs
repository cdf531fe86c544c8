using static System.FormattableString;

namespace Attention.Kernels;

/// <summary>The cosines and sines of rotary positions, computed once, in double precision, for every position and pair.</summary>
/// <remarks>Pair i turns by <c>position · base^(−2i/R)</c> (Su et al. 2021, eq. 15), slowed down by the scaling. A table never changes: any number of threads may read it.</remarks>
public sealed class RotaryTable
{
    private readonly float[] _cosines;
    private readonly float[] _sines;
    private readonly double[] _frequencies;

    /// <summary>Computes the table.</summary>
    /// <param name="positions">How many positions, from 0 on.</param>
    /// <param name="width">R: floats of a row that turn; even. Less than the row's width turns only a part of it.</param>
    /// <param name="pairs">Which features turn together.</param>
    /// <param name="base">The base of the angles.</param>
    /// <param name="scaling">For texts longer than those of the training.</param>
    /// <exception cref="ArgumentException">A size is negative, odd or too large, or the base is not a finite number above 1.</exception>
    public RotaryTable(int positions, int width, RotaryPairs pairs = RotaryPairs.Halves, double @base = 10000, RotaryScaling scaling = default)
    {
        Guard.NotNegative(nameof(positions), positions);
        if (width < 2 || width % 2 != 0)
        {
            throw new ArgumentException(Invariant($"{nameof(width)}: expected an even number of at least 2, got {width}"));
        }

        if (!Enum.IsDefined(pairs))
        {
            throw new ArgumentException(Invariant($"{nameof(pairs)}: expected Halves or Neighbours, got {(int)pairs}"));
        }

        if (!(@base > 1 && double.IsFinite(@base)))
        {
            throw new ArgumentException(Invariant($"{nameof(@base)}: expected a finite number above 1, got {@base}"));
        }

        (Positions, Width, Pairs, Magnitude) = (positions, width, pairs, scaling.Magnitude);
        int entries = Guard.Count("table", positions, EntriesPerPosition);
        _frequencies = new double[width / 2];
        for (int pair = 0; pair < _frequencies.Length; pair++)
        {
            _frequencies[pair] = scaling.Frequency(pair, width, @base);
        }

        (_cosines, _sines) = (new float[entries], new float[entries]);
        for (int position = 0; position < positions; position++)
        {
            Fill(position);
        }
    }

    /// <summary>How many positions the table holds, from 0 on.</summary>
    public int Positions { get; }

    /// <summary>R: floats of a row that turn.</summary>
    public int Width { get; }

    /// <summary>Which features turn together.</summary>
    public RotaryPairs Pairs { get; }

    /// <summary>What a turned pair's length is multiplied by; 1 unless the scaling is YaRN.</summary>
    public double Magnitude { get; }

    /// <summary>[Positions, EntriesPerPosition]</summary>
    internal ReadOnlySpan<float> Cosines => _cosines;

    /// <summary>[Positions, EntriesPerPosition]; of neighbours, the first of a pair has the sine's sign changed, so that a whole register turns at once.</summary>
    internal ReadOnlySpan<float> Sines => _sines;

    /// <summary>Neighbours share registers, and so each has the cosine and the sine of its own.</summary>
    internal int EntriesPerPosition => Pairs == RotaryPairs.Halves ? Width / 2 : Width;

    /// <summary>The angle by which a pair is turned at a position, in radians.</summary>
    /// <param name="position">From 0 on; the table need not reach so far.</param>
    /// <param name="pair">i, from 0 to R/2 − 1.</param>
    public double Angle(int position, int pair) => position * _frequencies[pair];

    private void Fill(int position)
    {
        Span<float> cosines = _cosines.AsSpan(position * EntriesPerPosition, EntriesPerPosition);
        Span<float> sines = _sines.AsSpan(position * EntriesPerPosition, EntriesPerPosition);
        for (int pair = 0; pair < _frequencies.Length; pair++)
        {
            (double sine, double cosine) = Math.SinCos(Angle(position, pair));
            (float s, float c) = ((float)(Magnitude * sine), (float)(Magnitude * cosine));
            if (Pairs == RotaryPairs.Halves)
            {
                (cosines[pair], sines[pair]) = (c, s);
            }
            else
            {
                (cosines[2 * pair], cosines[(2 * pair) + 1]) = (c, c);
                (sines[2 * pair], sines[(2 * pair) + 1]) = (-s, s);
            }
        }
    }
}
