namespace Attention.Models;

/// <summary>A small image and the number of the class that it shows.</summary>
/// <param name="Pixels">[channels, height, width]; brightness from 0 to 255.</param>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Label">The class, counted from 0.</param>
/// <param name="CoarseLabel">The group of classes (CIFAR-100); −1 where the data set has none.</param>
public sealed record LabelledImage(byte[] Pixels, int Channels, int Height, int Width, int Label, int CoarseLabel = -1)
{
    /// <summary>The pixels as models take them, from 0 to 1.</summary>
    /// <returns>[Channels, Height, Width]</returns>
    public float[] ToPlanes() => Array.ConvertAll(Pixels, value => value / 255f);

    /// <summary>The image in colour; a grey one has the same value three times.</summary>
    public PixelImage ToImage()
    {
        var image = new PixelImage(Width, Height);
        int plane = Width * Height;
        for (int pixel = 0; pixel < plane; pixel++)
        {
            image[pixel / Width, pixel % Width] = Channels == 1 ? (Pixels[pixel], Pixels[pixel], Pixels[pixel]) : (Pixels[pixel], Pixels[plane + pixel], Pixels[(2 * plane) + pixel]);
        }

        return image;
    }
}
