using System.Buffers.Binary;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>Arrays in the IDX format, in which MNIST and its likes are published.</summary>
/// <remarks>LeCun, Cortes and Burges, The MNIST database: two zero bytes, the type, the number of axes, their sizes, the numbers; all big-endian.</remarks>
public static class IdxFile
{
    /// <summary>Reads an array of any type as floats.</summary>
    /// <exception cref="InvalidDataException">The file is no IDX file, or its size is not what its header says.</exception>
    public static NamedWeights Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = Open(path, out byte type, out int[] shape);
        int size = Size(type);
        long count = Shapes.Count(shape)!.Value;
        if (count > Array.MaxLength)
        {
            throw new InvalidDataException(Invariant($"{path}: {Shapes.Product(shape)} numbers are more than an array holds"));
        }

        float[] values = new float[count];
        byte[] block = new byte[size * 4096];
        for (int done = 0; done < values.Length;)
        {
            int part = Math.Min(4096, values.Length - done);
            stream.ReadExactly(block, 0, part * size);
            for (int i = 0; i < part; i++)
            {
                values[done + i] = Decode(type, block.AsSpan(i * size));
            }

            done += part;
        }

        return new NamedWeights(Path.GetFileName(path), shape, values);
    }

    /// <summary>Pairs a file of images with a file of labels, read one at a time, as MNIST gives them.</summary>
    /// <param name="imagesPath">[n, height, width] of bytes.</param>
    /// <param name="labelsPath">[n] of bytes.</param>
    /// <exception cref="InvalidDataException">A file is no IDX file of that form, or there are more images than labels, or fewer.</exception>
    public static IEnumerable<LabelledImage> ReadImages(string imagesPath, string labelsPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        return Images(imagesPath, labelsPath);
    }

    /// <summary>Writes an array of bytes.</summary>
    /// <exception cref="ArgumentException">The bytes are not as many as the shape says, or there are more than 255 axes.</exception>
    public static void Write(string path, IReadOnlyList<int> shape, ReadOnlyMemory<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.Count is 0 or > 255 || shape.Any(length => length < 0) || Shapes.Count(shape) != bytes.Length)
        {
            throw new ArgumentException(Invariant($"bytes: expected {Shapes.Product(shape)} of them over 1 to 255 axes, got {bytes.Length}"), nameof(bytes));
        }

        AtomicFile.Write(path, stream =>
        {
            stream.Write([0, 0, 8, (byte)shape.Count]);
            Span<byte> number = stackalloc byte[4];
            foreach (int length in shape)
            {
                BinaryPrimitives.WriteInt32BigEndian(number, length);
                stream.Write(number);
            }

            stream.Write(bytes.Span);
        });
    }

    private static IEnumerable<LabelledImage> Images(string imagesPath, string labelsPath)
    {
        using FileStream images = Open(imagesPath, out byte imageType, out int[] shape), labels = Open(labelsPath, out byte labelType, out int[] count);
        if (shape.Length != 3 || imageType != 8)
        {
            throw new InvalidDataException($"{imagesPath}: expected bytes over [n, height, width], got type 0x{imageType:X2} over {Shapes.Text(shape)}");
        }

        if (count.Length != 1 || labelType != 8)
        {
            throw new InvalidDataException($"{labelsPath}: expected bytes over [n], got type 0x{labelType:X2} over {Shapes.Text(count)}");
        }

        if (count[0] != shape[0])
        {
            throw new InvalidDataException(Invariant($"{labelsPath}: {count[0]} labels for the {shape[0]} images of {imagesPath}"));
        }

        for (int i = 0; i < shape[0]; i++)
        {
            byte[] pixels = new byte[checked(shape[1] * shape[2])];
            images.ReadExactly(pixels);
            yield return new LabelledImage(pixels, 1, shape[1], shape[2], labels.ReadByte());
        }
    }

    /// <summary>Opens a file, reads its header and holds it against the file's size.</summary>
    private static FileStream Open(string path, out byte type, out int[] shape)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Span<byte> head = stackalloc byte[4];
            if (stream.ReadAtLeast(head, 4, throwOnEndOfStream: false) < 4 || head[0] != 0 || head[1] != 0 || Size(head[2]) == 0 || stream.Length < 4 + (4 * head[3]))
            {
                throw new InvalidDataException($"{path}: {ForeignFile.Says(head) ?? "no IDX file"}");
            }

            type = head[2];
            shape = new int[head[3]];
            Span<byte> number = stackalloc byte[4];
            for (int axis = 0; axis < shape.Length; axis++)
            {
                stream.ReadExactly(number);
                shape[axis] = BinaryPrimitives.ReadInt32BigEndian(number);
            }

            // Sizes are unsigned in the format; none beyond 2^31 fits an array.
            UInt128 expected = shape.Any(length => length < 0) || Shapes.Count(shape) is not { } count ? UInt128.MaxValue : (UInt128)(ulong)count * (uint)Size(type);
            return expected == (ulong)(stream.Length - stream.Position) ? stream
                : throw new InvalidDataException(Invariant($"{path}: expected {Shapes.Text(shape)} of {Size(type)} bytes each, got {stream.Length - stream.Position} bytes"));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static int Size(byte type) => type switch
    {
        0x08 or 0x09 => 1,
        0x0B => 2,
        0x0C or 0x0D => 4,
        0x0E => 8,
        _ => 0,
    };

    private static float Decode(byte type, ReadOnlySpan<byte> bytes) => type switch
    {
        0x08 => bytes[0],
        0x09 => (sbyte)bytes[0],
        0x0B => BinaryPrimitives.ReadInt16BigEndian(bytes),
        0x0C => BinaryPrimitives.ReadInt32BigEndian(bytes),
        0x0D => BinaryPrimitives.ReadSingleBigEndian(bytes),
        _ => (float)BinaryPrimitives.ReadDoubleBigEndian(bytes),
    };
}
