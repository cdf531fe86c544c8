namespace Attention.Models.Tests.Data.Synthetic;

/// <summary>Shapes, spoken digits and communities: the answer is found in the data by other means than it was made.</summary>
public sealed class PerceptionTasksTests
{
    [Fact]
    public void Shapes_BoxesAndMasks_FitThePixels()
    {
        ShapesExample[] examples = new ShapesTask().Take(Split.Training, 200, seed: 1);
        Assert.All(examples, example =>
        {
            int inBoxes = 0;
            foreach (ColouredShape shape in example.Shapes)
            {
                (int row, int column)[] pixels = [.. Pixels(example).Where(pixel => pixel.row >= shape.Box.Top && pixel.row < shape.Box.Bottom && pixel.column >= shape.Box.Left && pixel.column < shape.Box.Right)];
                Assert.Equal(shape.Box, new Box(pixels.Min(pixel => pixel.column), pixels.Min(pixel => pixel.row), pixels.Max(pixel => pixel.column) + 1, pixels.Max(pixel => pixel.row) + 1));
                Assert.All(pixels, pixel => Assert.Equal((int)shape.Kind, example.Mask[pixel.row, pixel.column]));
                Assert.All(pixels, pixel => Assert.Equal(shape.Colour, Colour(example.Image[pixel.row, pixel.column])));
                // The corners of its box tell a shape's kind: a square fills all, a triangle those below, a disc none.
                (bool above, bool below) = (pixels.Contains(((int)shape.Box.Top, (int)shape.Box.Left)), pixels.Contains(((int)shape.Box.Bottom - 1, (int)shape.Box.Left)));
                Assert.Equal(shape.Kind, above ? ShapeKind.Square : below ? ShapeKind.Triangle : ShapeKind.Circle);
                inBoxes += pixels.Length;
            }

            Assert.Equal(inBoxes, Pixels(example).Count());
            Assert.Equal(inBoxes, example.Mask.Cast<int>().Count(kind => kind != 0));
        });
        Assert.Equal([1, 2, 3], examples.Select(example => example.Shapes.Count).Distinct().Order());
        Assert.Equal([ShapeKind.Circle, ShapeKind.Square, ShapeKind.Triangle], examples.SelectMany(example => example.Shapes).Select(shape => shape.Kind).Distinct().Order());
    }

    [Fact]
    public void Shapes_Caption_NamesThemFromLeftToRight()
    {
        ShapesExample example = new ShapesTask().Examples(Split.Training, 1).First(example => example.Shapes.Count == 2);

        Assert.Equal($"a {example.Shapes[0].Colour} {example.Shapes[0].Kind} and a {example.Shapes[1].Colour} {example.Shapes[1].Kind}".ToLowerInvariant(), example.Caption);
        Assert.True(example.Shapes[0].Box.Left <= example.Shapes[1].Box.Left);
    }

    /// <summary>Of the seven tones, the two that a span holds most of are the digit's (Goertzel 1958).</summary>
    [Fact]
    public void SpokenDigits_Tones_TellTheDigits()
    {
        double[] lows = [697, 770, 852, 941], highs = [1209, 1336, 1477];
        SpokenDigitsExample[] examples = new SpokenDigits().Take(Split.Test, 40, seed: 1);
        Assert.All(examples, example => Assert.All(example.Digits, (digit, i) =>
        {
            (int start, int end) = example.Spans[i];
            ReadOnlyMemory<float> span = example.Sound.Samples.AsMemory(start, end - start);
            int row = Array.IndexOf(lows, lows.MaxBy(tone => EnergyNear(span.Span, tone))), column = Array.IndexOf(highs, highs.MaxBy(tone => EnergyNear(span.Span, tone)));
            Assert.Equal(digit, "123456789*0#"[(3 * row) + column] - '0');
        }));
        Assert.Equal(Enumerable.Range(0, 10), examples.SelectMany(example => example.Digits).Distinct().Order());
        Assert.All(examples, example => Assert.All(example.Sound.Samples, sample => Assert.InRange(sample, -1, 1)));
        double[] pitches = [.. new SpokenDigits(most: 1, noise: 0).Take(Split.Training, 40, seed: 7).Select(Pitch)];
        Assert.All(pitches, pitch => Assert.InRange(pitch, 0.989, 1.011));
        Assert.True(pitches.Min() < 0.994 && pitches.Max() > 1.006, $"pitches from {pitches.Min()} to {pitches.Max()}");

        // The multiple of the digit's high tone that the sound has most of.
        static double Pitch(SpokenDigitsExample example)
        {
            (int start, int end) = example.Spans[0];
            double high = 2 * Math.PI * SpokenDigits.Tones(example.Digits[0]).High / SpokenDigits.SampleRate;
            return Enumerable.Range(-60, 121).Select(step => 1 + (step / 2000.0)).MaxBy(pitch =>
            {
                double cosine = 0, sine = 0;
                for (int i = start; i < end; i++)
                {
                    cosine += example.Sound.Samples[i] * Math.Cos(high * pitch * i);
                    sine += example.Sound.Samples[i] * Math.Sin(high * pitch * i);
                }

                return (cosine * cosine) + (sine * sine);
            });
        }
    }

    [Fact]
    public void LogMel_PureTone_IsLoudestInItsBand()
    {
        const int bands = 32, rate = 8000;
        for (int band = 3; band < bands; band += 4)
        {
            double tone = Spectrogram.Centre(band, bands, rate);
            var sound = new Sound(rate, 2, [.. Enumerable.Range(0, 2000).Select(i => (float)Math.Sin(2 * Math.PI * tone * (i / 2) / rate))]);

            float[,] spectrogram = Spectrogram.LogMel(sound, bands);

            Assert.Equal((1 + ((1000 - 256) / 128), bands), (spectrogram.GetLength(0), spectrogram.GetLength(1)));
            Assert.Equal(band, Enumerable.Range(0, bands).MaxBy(other => spectrogram[2, other]));
        }
    }

    /// <summary>The definition, summed term by term, for a window of eight samples.</summary>
    [Fact]
    public void LogMel_ShortWindow_IsTheDefinition()
    {
        float[] samples = [0.3f, -0.2f, 0.9f, 0.1f, -0.7f, 0.4f, 0.25f, -0.55f];
        double[] energies = new double[5];
        for (int bin = 0; bin < 5; bin++)
        {
            double real = 0, imaginary = 0;
            for (int i = 0; i < 8; i++)
            {
                double windowed = samples[i] * (0.5 - (0.5 * Math.Cos(Math.PI * i / 4)));
                real += windowed * Math.Cos(Math.PI * bin * i / 4);
                imaginary -= windowed * Math.Sin(Math.PI * bin * i / 4);
            }

            energies[bin] = (real * real) + (imaginary * imaginary);
        }

        float[,] spectrogram = Spectrogram.LogMel(new Sound(8000, 1, samples), bands: 2, window: 8, hop: 1);

        double[] edges = [.. Enumerable.Range(0, 4).Select(i => 700 * (Math.Pow(10, 2595 * Math.Log10(1 + (4000 / 700.0)) * i / 3 / 2595) - 1))];
        for (int band = 0; band < 2; band++)
        {
            double energy = Enumerable.Range(0, 5).Sum(bin => energies[bin] * Math.Max(0, Math.Min(((1000 * bin) - edges[band]) / (edges[band + 1] - edges[band]), (edges[band + 2] - (1000 * bin)) / (edges[band + 2] - edges[band + 1]))));
            Assert.Equal(Math.Log(energy), spectrogram[0, band], 1e-5);
        }
    }

    [Fact]
    public void LogMel_SilenceAndBadWindows_AreHandled()
    {
        Assert.All(Spectrogram.LogMel(new Sound(8000, 1, new float[300])).Cast<float>(), value => Assert.Equal((float)Math.Log(1e-10), value));
        Assert.Equal(0, Spectrogram.LogMel(new Sound(8000, 1, new float[255])).GetLength(0));
        Assert.Throws<ArgumentException>(() => Spectrogram.LogMel(new Sound(8000, 1, new float[300]), window: 200));
        Assert.Throws<ArgumentException>(() => Spectrogram.LogMel(new Sound(8000, 1, new float[300]), bands: 200));
    }

    [Fact]
    public void Communities_Neighbours_TellTheCommunity()
    {
        CommunityExample[] examples = new CommunityGraphs(outside: 0.2).Take(Split.Training, 50, seed: 1);
        Assert.All(examples, example =>
        {
            bool[,] mask = example.Graph.ToMask();
            for (int node = 0; node < example.Communities.Length; node++)
            {
                int[] links = new int[3];
                for (int other = 0; other < example.Communities.Length; other++)
                {
                    links[example.Communities[other]] += mask[node, other] && other != node ? 1 : 0;
                }

                Assert.All(links, (count, community) => Assert.True(community == example.Communities[node] || count < links[example.Communities[node]]));
                Assert.Equal(1, example.Features.Cast<float>().Skip(3 * node).Take(3).Sum());
            }

            Assert.All(Enumerable.Range(0, 3), community => Assert.Equal(8, example.Communities.Count(other => other == community)));
        });
        Assert.Contains(examples, example => example.Graph.Edges.Any(edge => example.Communities[edge.From] != example.Communities[edge.To]));
        Assert.Contains(examples, example => example.Communities.Select((community, node) => example.Features[node, community]).Any(right => right == 0));
    }

    private static IEnumerable<(int row, int column)> Pixels(ShapesExample example) =>
        Enumerable.Range(0, example.Image.Height).SelectMany(row => Enumerable.Range(0, example.Image.Width).Where(column => example.Image[row, column] != (24, 24, 24)).Select(column => (row, column)));

    private static string Colour((byte Red, byte Green, byte Blue) pixel) => (pixel.Red > 128, pixel.Green > 128, pixel.Blue > 128) switch
    {
        (true, true, false) => "yellow",
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        _ => "none",
    };

    /// <summary>Pitch varies by 1 %, more than the width of one frequency's answer over so short a time.</summary>
    private static double EnergyNear(ReadOnlySpan<float> samples, double tone)
    {
        double most = 0;
        for (double pitch = 0.99; pitch < 1.0101; pitch += 0.0025)
        {
            most = Math.Max(most, Energy(samples, pitch * tone));
        }

        return most;
    }

    private static double Energy(ReadOnlySpan<float> samples, double tone)
    {
        double real = 0, imaginary = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            real += samples[i] * Math.Cos(2 * Math.PI * tone * i / SpokenDigits.SampleRate);
            imaginary += samples[i] * Math.Sin(2 * Math.PI * tone * i / SpokenDigits.SampleRate);
        }

        return (real * real) + (imaginary * imaginary);
    }
}
