using static System.FormattableString;

namespace Attention.Models;

/// <summary>An image as bytes: rows from the top, three bytes a pixel, red, green and blue.</summary>
public sealed class PixelImage
{
    /// <summary>The longest side and the most pixels that readers accept: what is larger is refused before memory is taken.</summary>
    public const int LongestSide = 1 << 16, MostPixels = 1 << 27;

    /// <summary>An image over bytes that are given.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="bytes">[height, width, 3]; not copied.</param>
    /// <exception cref="ArgumentException">The number of bytes is not width × height × 3.</exception>
    public PixelImage(int width, int height, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (bytes.LongLength != 3L * width * height)
        {
            throw new ArgumentException(Invariant($"bytes: expected {height}×{width}×3 = {3L * width * height}, got {bytes.Length}"), nameof(bytes));
        }

        (Width, Height, Bytes) = (width, height, bytes);
    }

    /// <summary>A black image.</summary>
    public PixelImage(int width, int height) : this(width, height, new byte[checked(3 * width * height)])
    {
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>[Height, Width, 3]; the pixels.</summary>
    public Memory<byte> Bytes { get; }

    /// <summary>A pixel's colour.</summary>
    public (byte Red, byte Green, byte Blue) this[int row, int column]
    {
        get
        {
            Span<byte> pixel = Pixel(row, column);
            return (pixel[0], pixel[1], pixel[2]);
        }
        set
        {
            Span<byte> pixel = Pixel(row, column);
            (pixel[0], pixel[1], pixel[2]) = value;
        }
    }

    /// <summary>The image as models take it: one plane per channel.</summary>
    /// <param name="mean">What is taken off each channel, of values from 0 to 1; nothing when omitted.</param>
    /// <param name="deviation">What each channel is then divided by; 1 when omitted.</param>
    /// <returns>[3, Height, Width]</returns>
    /// <remarks>Models that were trained on ImageNet expect mean (0.485, 0.456, 0.406) and deviation (0.229, 0.224, 0.225).</remarks>
    public float[] ToPlanes((float Red, float Green, float Blue)? mean = null, (float Red, float Green, float Blue)? deviation = null)
    {
        (float Red, float Green, float Blue) off = mean ?? (0, 0, 0), by = deviation ?? (1, 1, 1);
        ReadOnlySpan<float> offs = [off.Red, off.Green, off.Blue], bys = [by.Red, by.Green, by.Blue];
        ReadOnlySpan<byte> bytes = Bytes.Span;
        float[] planes = new float[bytes.Length];
        int plane = Width * Height;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                planes[(channel * plane) + pixel] = ((bytes[(3 * pixel) + channel] / 255f) - offs[channel]) / bys[channel];
            }
        }

        return planes;
    }

    /// <summary>Refuses sizes that no reader should take memory for.</summary>
    internal static void CheckSize(string path, long width, long height)
    {
        if (width is < 1 or > LongestSide || height is < 1 or > LongestSide || width * height > MostPixels)
        {
            throw new InvalidDataException(Invariant($"{path}: an image of {width}×{height} pixels; expected 1 to {LongestSide} a side and at most {MostPixels} together"));
        }
    }

    private Span<byte> Pixel(int row, int column) => (uint)row < (uint)Height && (uint)column < (uint)Width ? Bytes.Span.Slice(3 * ((row * Width) + column), 3)
        : throw new ArgumentOutOfRangeException(nameof(row), Invariant($"pixel ({row}, {column}) of an image of {Height} rows and {Width} columns"));
}
