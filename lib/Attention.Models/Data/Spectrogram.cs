using System.Numerics;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Sound as models of speech take it: for every moment, how loud each band of pitches is.</summary>
public static class Spectrogram
{
    /// <summary>The logarithm of the energy in bands that are equally wide to the ear.</summary>
    /// <param name="sound">A recording; several channels are averaged.</param>
    /// <param name="bands">How many bands there are.</param>
    /// <param name="window">Frames a moment, a power of two; each is weighted by Hann's window.</param>
    /// <param name="hop">Frames from one moment to the next.</param>
    /// <returns>[moments, bands]; moments = 1 + (frames − window) / hop, or none when the recording is shorter than a window.</returns>
    /// <exception cref="ArgumentException">The window is not a power of two, or the bands are too many for it.</exception>
    /// <remarks>mel(f) = 2595 · log₁₀(1 + f / 700) (O'Shaughnessy 1987); triangles from 0 to half the sampling rate; energies below 1e-10 count as that.</remarks>
    public static float[,] LogMel(Sound sound, int bands = 32, int window = 256, int hop = 128)
    {
        ArgumentNullException.ThrowIfNull(sound);
        sound.Check();
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        if (window < 2 || !BitOperations.IsPow2(window) || bands > window / 2)
        {
            throw new ArgumentException(Invariant($"window: expected a power of two from 2·{bands} bands, got {window}"), nameof(window));
        }

        float[] samples = sound.ToMono().Samples;
        double[,] triangles = Triangles(bands, window, sound.SampleRate);
        int moments = samples.Length < window ? 0 : 1 + ((samples.Length - window) / hop);
        float[,] result = new float[moments, bands];
        Complex[] spectrum = new Complex[window];
        for (int moment = 0; moment < moments; moment++)
        {
            for (int i = 0; i < window; i++)
            {
                spectrum[i] = samples[(moment * hop) + i] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / window)));
            }

            Transform(spectrum);
            for (int band = 0; band < bands; band++)
            {
                double energy = 0;
                for (int bin = 0; bin <= window / 2; bin++)
                {
                    energy += triangles[band, bin] * ((spectrum[bin].Real * spectrum[bin].Real) + (spectrum[bin].Imaginary * spectrum[bin].Imaginary));
                }

                result[moment, band] = (float)Math.Log(Math.Max(energy, 1e-10));
            }
        }

        return result;
    }

    /// <summary>The pitch in the middle of a band, in hertz.</summary>
    /// <param name="band">Which band, from 0.</param>
    /// <param name="bands">How many there are.</param>
    /// <param name="sampleRate">Samples a second.</param>
    public static double Centre(int band, int bands, int sampleRate) => Hertz(Mel(sampleRate / 2.0) * (band + 1) / (bands + 1));

    private static double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    private static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    private static double[,] Triangles(int bands, int window, int sampleRate)
    {
        double[,] triangles = new double[bands, (window / 2) + 1];
        for (int band = 0; band < bands; band++)
        {
            double left = Centre(band - 1, bands, sampleRate), middle = Centre(band, bands, sampleRate), right = Centre(band + 1, bands, sampleRate);
            for (int bin = 0; bin <= window / 2; bin++)
            {
                double hertz = (double)bin * sampleRate / window;
                triangles[band, bin] = Math.Max(0, Math.Min((hertz - left) / (middle - left), (right - hertz) / (right - middle)));
            }
        }

        return triangles;
    }

    /// <summary>The discrete Fourier transform in place, length a power of two (Cooley and Tukey 1965).</summary>
    private static void Transform(Span<Complex> values)
    {
        int bits = BitOperations.Log2((uint)values.Length);
        for (uint i = 0; i < values.Length; i++)
        {
            uint mirrored = 0;
            for (int bit = 0; bit < bits; bit++)
            {
                mirrored |= ((i >> bit) & 1) << (bits - 1 - bit);
            }

            if (mirrored > i)
            {
                (values[(int)i], values[(int)mirrored]) = (values[(int)mirrored], values[(int)i]);
            }
        }

        for (int half = 1; half < values.Length; half *= 2)
        {
            for (int start = 0; start < values.Length; start += 2 * half)
            {
                for (int i = 0; i < half; i++)
                {
                    Complex turned = values[start + half + i] * Complex.FromPolarCoordinates(1, -Math.PI * i / half);
                    (values[start + i], values[start + half + i]) = (values[start + i] + turned, values[start + i] - turned);
                }
            }
        }
    }
}
