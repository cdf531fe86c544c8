namespace Attention.Models;

/// <summary>Reads an image of whatever format its first bytes tell: PNG, or the Netpbm formats PGM and PPM.</summary>
/// <remarks>
/// Neither the framework nor this library, which depends on no package for images, decodes JPEG: a data set in JPEG is converted once, for example by <c>magick mogrify -format png *.JPEG</c>,
/// or read through a decoder of the caller's, which <see cref="ImageNetFolder.Read"/> takes.
/// </remarks>
public static class ImageFile
{
    /// <summary>Reads an image.</summary>
    /// <exception cref="InvalidDataException">The file is broken, or no image of these formats.</exception>
    /// <exception cref="NotSupportedException">The file is a JPEG.</exception>
    public static PixelImage Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> first = stackalloc byte[8];
        int length = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return first[..length] switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => Png.Read(path, stream),
            [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6', ..] => Netpbm.Read(path, stream),
            [0xFF, 0xD8, ..] => throw new NotSupportedException($"{path}: a JPEG, which is not decoded here; convert it once (magick mogrify -format png *.JPEG), or give ImageNetFolder.Read a decoder"),
            _ => throw new InvalidDataException($"{path}: neither PNG nor PGM nor PPM"),
        };
    }
}
