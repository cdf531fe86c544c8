using static System.FormattableString;

namespace Attention.Models;

/// <summary>The binary files of CIFAR-10 and CIFAR-100: records of a label, or a coarse and a fine one, and 32×32 pixels in three planes.</summary>
/// <remarks>Krizhevsky 2009.</remarks>
public static class CifarFile
{
    private const int Side = 32, PixelBytes = 3 * Side * Side;

    /// <summary>Reads <c>data_batch_1.bin</c> and its like: ten classes.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole number of records, or a label is out of range; the record is in the message.</exception>
    public static IEnumerable<LabelledImage> Read10(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Records(path, coarseClasses: 0, classes: 10);
    }

    /// <summary>Reads <c>train.bin</c> or <c>test.bin</c>: a hundred classes in twenty groups.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole number of records, or a label is out of range; the record is in the message.</exception>
    public static IEnumerable<LabelledImage> Read100(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Records(path, coarseClasses: 20, classes: 100);
    }

    /// <summary>Writes records of CIFAR-10's form, or of CIFAR-100's where the images have a coarse label.</summary>
    /// <exception cref="ArgumentException">An image is not 32×32 in three planes, its label does not fit a byte, or only some images have a coarse label.</exception>
    public static void Write(string path, IEnumerable<LabelledImage> images)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(images);
        LabelledImage[] all = [.. images];
        for (int i = 0; i < all.Length; i++)
        {
            if ((all[i].Channels, all[i].Height, all[i].Width) != (3, Side, Side) || all[i].Pixels.Length != PixelBytes || all[i].Label is < 0 or > 255
                || all[i].CoarseLabel is < -1 or > 255 || all[i].CoarseLabel < 0 != all[0].CoarseLabel < 0)
            {
                throw new ArgumentException(Invariant($"images: number {i} is no record of 3×32×32 pixels and a label like the first"), nameof(images));
            }
        }

        AtomicFile.Write(path, stream =>
        {
            foreach (LabelledImage image in all)
            {
                stream.Write(image.CoarseLabel < 0 ? [(byte)image.Label] : [(byte)image.CoarseLabel, (byte)image.Label]);
                stream.Write(image.Pixels);
            }
        });
    }

    private static IEnumerable<LabelledImage> Records(string path, int coarseClasses, int classes)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        int labels = coarseClasses > 0 ? 2 : 1;
        Span<byte> first = stackalloc byte[4];
        first = first[..stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false)];
        if (first.Length == 0 || ForeignFile.Says(first) is not null)
        {
            throw new InvalidDataException($"{path}: {ForeignFile.Says(first) ?? "an empty file"}");
        }

        stream.Position = 0;
        if (stream.Length % (labels + PixelBytes) != 0)
        {
            throw new InvalidDataException(Invariant($"{path}: {stream.Length} bytes are {stream.Length / (labels + PixelBytes)} records of {labels + PixelBytes} and {stream.Length % (labels + PixelBytes)} bytes more"));
        }

        byte[] record = new byte[labels + PixelBytes];
        for (long index = 0; index < stream.Length / record.Length; index++)
        {
            stream.ReadExactly(record);
            int coarse = labels == 2 ? record[0] : -1, label = record[labels - 1];
            if (label >= classes || coarse >= coarseClasses)
            {
                throw new InvalidDataException(Invariant($"{path}: record {index}: label {(label >= classes ? label : coarse)} is none of the {(label >= classes ? classes : coarseClasses)} classes"));
            }

            yield return new LabelledImage(record[labels..], 3, Side, Side, label, coarse);
        }
    }
}
