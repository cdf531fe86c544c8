namespace Attention.Models;

/// <summary>Images of one size, as models take them.</summary>
public static class ImageBatch
{
    /// <summary>Images as planes of numbers from −1 to 1.</summary>
    /// <param name="images">At least one; all of one size.</param>
    /// <returns>[B, 3, height, width]</returns>
    /// <exception cref="ArgumentException">There is none, or a size differs.</exception>
    public static Tensor Of(IReadOnlyList<PixelImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
        {
            throw new ArgumentException("images: expected at least one, got none", nameof(images));
        }

        (int height, int width) = (images[0].Height, images[0].Width);
        Tensor batch = Tensor.Zeros(images.Count, 3, height, width);
        for (int i = 0; i < images.Count; i++)
        {
            if (images[i].Height != height || images[i].Width != width)
            {
                throw new ArgumentException($"images: image {i} has {images[i].Height}×{images[i].Width} pixels, the first {height}×{width}", nameof(images));
            }

            images[i].ToPlanes((0.5f, 0.5f, 0.5f), (0.5f, 0.5f, 0.5f)).CopyTo(batch.At(0, i).Values);
        }

        return batch;
    }
}
