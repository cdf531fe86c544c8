namespace Attention.Models;

/// <summary>Digits that were spoken, and when.</summary>
/// <param name="Sound">The recording.</param>
/// <param name="Digits">The digits, 0 to 9, in order.</param>
/// <param name="Spans">For every digit the first frame at which it sounds, and the first at which it no longer does.</param>
public sealed record SpokenDigitsExample(Sound Sound, IReadOnlyList<int> Digits, IReadOnlyList<(int Start, int End)> Spans);

/// <summary>Digits spoken by a machine with the two voices of a telephone's keys: a low tone tells the row and a high one the column.</summary>
/// <remarks>ITU-T Q.23, 1988. Length, pitch (within 1 %), loudness, pauses and noise vary from digit to digit.</remarks>
public sealed class SpokenDigits : SyntheticTask<SpokenDigitsExample>
{
    /// <summary>Samples a second.</summary>
    public const int SampleRate = 8000;

    private readonly int _fewest, _most;
    private readonly double _noise;

    /// <summary>A task of this size.</summary>
    /// <param name="fewest">The fewest digits in a recording.</param>
    /// <param name="most">The most digits in a recording.</param>
    /// <param name="noise">The loudest noise, from 0 for none to 1.</param>
    public SpokenDigits(int fewest = 1, int most = 5, double noise = 0.02)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fewest, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, fewest);
        if (noise is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "expected 0 to 1");
        }

        (_fewest, _most, _noise) = (fewest, most, noise);
    }

    /// <summary>The two tones of a digit, in hertz.</summary>
    public static (double Low, double High) Tones(int digit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(digit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digit, 9);
        int key = digit == 0 ? 10 : digit - 1; // the keys 1 to 9 in rows of three; 0 is in the middle of the last row
        ReadOnlySpan<double> lows = [697, 770, 852, 941], highs = [1209, 1336, 1477];
        return (lows[key / 3], highs[key % 3]);
    }

    /// <inheritdoc/>
    protected override SpokenDigitsExample Draw(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        List<float> samples = [];
        List<(int, int)> spans = [];
        int[] digits = new int[_fewest + random.NextInt(_most - _fewest + 1)];
        for (int i = 0; i < digits.Length; i++)
        {
            digits[i] = random.NextInt(10);
            Silence(samples, random, 240 + random.NextInt(240));
            int start = samples.Count;
            Speak(samples, random, digits[i], 640 + random.NextInt(480));
            spans.Add((start, samples.Count));
        }

        Silence(samples, random, 240 + random.NextInt(240));
        return new SpokenDigitsExample(new Sound(SampleRate, 1, [.. samples]), digits, spans);
    }

    /// <inheritdoc/>
    protected override string Key(SpokenDigitsExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return $"{string.Join(' ', example.Digits)}: {string.Join(' ', example.Spans)}";
    }

    private void Speak(List<float> samples, RandomSource random, int digit, int length)
    {
        (double low, double high) = Tones(digit);
        double pitch = 0.99 + (0.02 * random.NextDouble()), loudness = 0.2 + (0.2 * random.NextDouble());
        for (int i = 0; i < length; i++)
        {
            double seconds = (double)i / SampleRate, swell = Math.Min(1, Math.Min(i, length - 1 - i) / 80.0);
            double voice = Math.Sin(2 * Math.PI * low * pitch * seconds) + Math.Sin(2 * Math.PI * high * pitch * seconds);
            samples.Add((float)((loudness * swell * voice) + Noise(random)));
        }
    }

    private void Silence(List<float> samples, RandomSource random, int length)
    {
        for (int i = 0; i < length; i++)
        {
            samples.Add((float)Noise(random));
        }
    }

    private double Noise(RandomSource random) => _noise * ((2 * random.NextDouble()) - 1);
}
