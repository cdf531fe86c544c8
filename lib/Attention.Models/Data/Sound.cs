using static System.FormattableString;

namespace Attention.Models;

/// <summary>A recording.</summary>
/// <param name="SampleRate">Samples a second.</param>
/// <param name="Channels">1 for mono, 2 for stereo.</param>
/// <param name="Samples">[frames, channels]; from −1 to 1.</param>
public sealed record Sound(int SampleRate, int Channels, float[] Samples)
{
    /// <summary>Moments at which every channel was sampled.</summary>
    public int Frames => Samples.Length / Channels;

    /// <summary>How long it lasts, in seconds.</summary>
    public double Seconds => (double)Frames / SampleRate;

    /// <summary>The average of the channels.</summary>
    public Sound ToMono()
    {
        if (Channels == 1)
        {
            return this;
        }

        float[] mono = new float[Frames];
        for (int frame = 0; frame < mono.Length; frame++)
        {
            double sum = 0;
            foreach (float sample in Samples.AsSpan(frame * Channels, Channels))
            {
                sum += sample;
            }

            mono[frame] = (float)(sum / Channels);
        }

        return new Sound(SampleRate, 1, mono);
    }

    /// <summary>Refuses what is no recording.</summary>
    internal void Check()
    {
        if (SampleRate < 1 || Channels is < 1 or > 255 || Samples.Length % Channels != 0)
        {
            throw new ArgumentException(Invariant($"sound: {Samples.Length} samples of {Channels} channels at {SampleRate} a second"));
        }
    }
}
