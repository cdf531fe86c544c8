using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>A variable of a MATLAB file: numbers, a text, or a table of named fields; all others are refused.</summary>
/// <param name="Numbers">The numbers, column by column; empty for the other kinds.</param>
/// <param name="Text">The text; empty for the other kinds.</param>
/// <param name="Fields">The fields' names; empty for the other kinds.</param>
/// <param name="Values">The values of all fields of the first entry, of the second, and so on.</param>
internal sealed record MatlabValue(double[] Numbers, string Text, string[] Fields, MatlabValue[] Values)
{
    /// <summary>One entry a row of the table.</summary>
    public IEnumerable<Dictionary<string, MatlabValue>> Entries => Fields.Length == 0 ? []
        : Values.Chunk(Fields.Length).Select(values => Fields.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
}

/// <summary>Reads MATLAB's files of version 5, as far as ImageNet's devkit needs.</summary>
/// <remarks>MathWorks, MAT-File Format, chapter 1: Level 5 MAT-Files.</remarks>
internal sealed class MatlabFile
{
    private const int Int8 = 1, Single = 7, Double = 9, Int64 = 12, UInt64 = 13, Matrix = 14, Compressed = 15, Utf8 = 16;
    private const int Struct = 2, Char = 4, DoubleClass = 6, LastNumber = 15;
    private const int Longest = 1 << 26, Deepest = 4;

    private readonly string _path;

    private MatlabFile(string path) => _path = path;

    /// <summary>The variable of this name.</summary>
    /// <exception cref="InvalidDataException">The file is broken, too long, or has no such variable.</exception>
    public static MatlabValue Read(string path, string name)
    {
        var file = new MatlabFile(path);
        var info = new FileInfo(path);
        byte[] bytes = info.Length <= Longest ? File.ReadAllBytes(path) : throw file.Bad(Invariant($"{info.Length} bytes; at most {Longest} are read"));
        if (bytes.Length < 128 || bytes[124] != 0 || bytes[125] != 1 || bytes[126] != 'I' || bytes[127] != 'M')
        {
            throw file.Bad("no little-endian MATLAB file of version 5");
        }

        for (int at = 128; at < bytes.Length;)
        {
            (int type, ReadOnlyMemory<byte> data) = file.Element(bytes, ref at);
            if (type == Compressed)
            {
                int inside = 0;
                (type, data) = file.Element(file.Inflate(data), ref inside);
            }

            if (type == Matrix && file.Array(data, depth: 0) is var (found, value) && found == name)
            {
                return value;
            }
        }

        throw file.Bad($"no variable {Quoted.Of(name)}");
    }

    private InvalidDataException Bad(string message) => new($"{_path}: {message}");

    private byte[] Inflate(ReadOnlyMemory<byte> data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        byte[] block = new byte[1 << 16];
        try
        {
            for (int read = zlib.Read(block); read > 0; read = zlib.Read(block))
            {
                inflated.Write(block, 0, read);
                if (inflated.Length > Longest)
                {
                    throw Bad(Invariant($"a variable unpacks to more than {Longest} bytes"));
                }
            }
        }
        catch (InvalidDataException error) when (!error.Message.StartsWith(_path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{_path}: a variable cannot be unpacked", error);
        }

        return inflated.ToArray();
    }

    /// <summary>The next element: its type and its bytes. Small ones keep their bytes in the second half of the tag.</summary>
    private (int Type, ReadOnlyMemory<byte> Data) Element(ReadOnlyMemory<byte> bytes, ref int at)
    {
        if (bytes.Length - at < 8)
        {
            throw Bad("cut short");
        }

        uint first = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[(at + 4)..]);
        if (first >> 16 != 0)
        {
            int small = (int)(first >> 16);
            at += 8;
            return small <= 4 ? ((int)(first & 0xFFFF), bytes.Slice(at - 4, small)) : throw Bad(Invariant($"a small element of {small} bytes"));
        }

        if (length > bytes.Length - at - 8)
        {
            throw Bad(Invariant($"an element claims {length} bytes, but only {bytes.Length - at - 8} follow; the file is cut short"));
        }

        ReadOnlyMemory<byte> data = bytes.Slice(at + 8, (int)length);
        // All but compressed elements are padded to multiples of eight bytes; the last may go without.
        at = (int)Math.Min(bytes.Length, at + 8L + (first == Compressed ? length : (length + 7) / 8 * 8));
        return ((int)first, data);
    }

    private (string Name, MatlabValue Value) Array(ReadOnlyMemory<byte> bytes, int depth)
    {
        if (bytes.Length == 0)
        {
            return ("", new MatlabValue([], "", [], []));
        }

        if (depth > Deepest)
        {
            throw Bad(Invariant($"variables inside variables more than {Deepest} deep"));
        }

        int at = 0;
        (_, ReadOnlyMemory<byte> flags) = Element(bytes, ref at);
        (_, ReadOnlyMemory<byte> sizes) = Element(bytes, ref at);
        (_, ReadOnlyMemory<byte> name) = Element(bytes, ref at);
        if (flags.Length < 8 || sizes.Length % 4 != 0)
        {
            throw Bad("a variable without class or sizes");
        }

        int kind = flags.Span[0];
        return (Encoding.Latin1.GetString(name.Span), kind switch
        {
            Struct => Table(bytes, at, sizes.Span, depth),
            Char => new MatlabValue([], Text(Element(bytes, ref at)), [], []),
            >= DoubleClass and <= LastNumber => new MatlabValue(Numbers(Element(bytes, ref at)), "", [], []),
            _ => throw Bad(Invariant($"variable {Quoted.Of(Encoding.Latin1.GetString(name.Span))} is of class {kind}; only numbers, texts and structures can be read")),
        });
    }

    private MatlabValue Table(ReadOnlyMemory<byte> bytes, int at, ReadOnlySpan<byte> sizes, int depth)
    {
        (_, ReadOnlyMemory<byte> width) = Element(bytes, ref at);
        (_, ReadOnlyMemory<byte> names) = Element(bytes, ref at);
        int nameLength = width.Length == 4 ? BinaryPrimitives.ReadInt32LittleEndian(width.Span) : 0;
        if (nameLength < 1 || names.Length % nameLength != 0)
        {
            throw Bad("a structure whose fields have no names");
        }

        string[] fields = [.. names.ToArray().Chunk(nameLength).Select(field => Encoding.Latin1.GetString(field).TrimEnd('\0'))];
        long count = fields.Length;
        for (int axis = 0; axis < sizes.Length; axis += 4)
        {
            int size = BinaryPrimitives.ReadInt32LittleEndian(sizes[axis..]);
            count = size >= 0 ? Math.Min(count * size, int.MaxValue) : throw Bad(Invariant($"a structure of {size} entries"));
        }

        // Every value takes a tag of eight bytes at least.
        if (count > (bytes.Length - at) / 8 || fields.Distinct(StringComparer.Ordinal).Count() != fields.Length)
        {
            throw Bad(Invariant($"a structure claims {count} values of distinct fields; the file does not hold them"));
        }

        var values = new MatlabValue[count];
        for (int i = 0; i < values.Length; i++)
        {
            (int type, ReadOnlyMemory<byte> data) = Element(bytes, ref at);
            values[i] = type == Matrix ? Array(data, depth + 1).Value : throw Bad(Invariant($"an element of type {type} where a variable should be"));
        }

        return new MatlabValue([], "", fields, values);
    }

    private static string Text((int Type, ReadOnlyMemory<byte> Data) element) => element.Type switch
    {
        Int8 or 2 => Encoding.Latin1.GetString(element.Data.Span),
        Utf8 => Encoding.UTF8.GetString(element.Data.Span),
        _ => Encoding.Unicode.GetString(element.Data.Span),
    };

    // Whole numbers are stored in the smallest type that holds them, whatever the class.
    private double[] Numbers((int Type, ReadOnlyMemory<byte> Data) element)
    {
        int size = element.Type switch
        {
            1 or 2 => 1,
            3 or 4 => 2,
            5 or 6 or Single => 4,
            Double or Int64 or UInt64 => 8,
            _ => throw Bad(Invariant($"numbers of type {element.Type}")),
        };
        double[] numbers = new double[element.Data.Length / size];
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> at = element.Data.Span[(i * size)..];
            numbers[i] = element.Type switch
            {
                1 => (sbyte)at[0],
                2 => at[0],
                3 => BinaryPrimitives.ReadInt16LittleEndian(at),
                4 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                5 => BinaryPrimitives.ReadInt32LittleEndian(at),
                6 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                Single => BinaryPrimitives.ReadSingleLittleEndian(at),
                Int64 => BinaryPrimitives.ReadInt64LittleEndian(at),
                UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(at),
                _ => BinaryPrimitives.ReadDoubleLittleEndian(at),
            };
        }

        return numbers;
    }
}
