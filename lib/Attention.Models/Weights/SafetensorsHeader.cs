using System.Buffers.Binary;
using System.Text.Json;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>The JSON at the head of a safetensors file, believed only as far as it has been checked.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>No header is longer, as the format says.</summary>
    public const int LongestHeader = 100_000_000;

    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path) => _path = path;

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Where the data begins in the file.</summary>
    public long DataStart { get; private set; }

    public static SafetensorsHeader Read(string path, Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var header = new SafetensorsHeader(path);
        long size = RandomAccess.GetLength(file);
        Span<byte> lengthBytes = stackalloc byte[8];
        if (size < 8 || RandomAccess.Read(file, lengthBytes, 0) != 8)
        {
            throw header.Bad(Invariant($"expected at least the 8 bytes of the header's length, got {size}"));
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > LongestHeader)
        {
            string? says = lengthBytes.SequenceEqual("version "u8) ? "a pointer of Git LFS; fetch the file itself with git lfs pull" : ForeignFile.Says(lengthBytes);
            throw header.Bad(says ?? Invariant($"its header claims {length} bytes; at most {LongestHeader} are allowed"));
        }

        if ((long)length > size - 8)
        {
            throw header.Bad(Invariant($"its header claims {length} bytes, but only {size - 8} follow; the file is cut short"));
        }

        byte[] json = new byte[length];
        if (RandomAccess.Read(file, json, 8) != json.Length)
        {
            throw header.Bad("the header could not be read whole");
        }

        header.DataStart = 8 + (long)length;
        header.Parse(json);
        header.CheckOffsets(size - header.DataStart);
        return header;
    }

    private InvalidDataException Bad(string message) => new($"{_path}: {message}");

    private InvalidDataException Bad(string tensor, string message) => new($"{_path}: tensor {Quoted.Of(tensor)}: {message}");

    private void Parse(byte[] json)
    {
        // Three levels are all that a header has; whatever is deeper is refused by the reader.
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        string name = "";
        try
        {
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "the header is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString()!;
                reader.Read();
                if (name == "__metadata__")
                {
                    ParseMetadata(ref reader);
                }
                else if (!_entries.TryAdd(name, ParseEntry(name, ref reader)))
                {
                    throw Bad(name, "is listed twice");
                }
            }

            reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Bad($"the header is not valid JSON{(name.Length > 0 ? $", at or after {Quoted.Of(name)}" : "")}: {(error is JsonException malformed ? Quoted.Reason(malformed) : error.Message)}");
        }
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        Expect(_metadata.Count == 0, "__metadata__ is listed twice");
        Expect(reader.TokenType == JsonTokenType.StartObject, "__metadata__ is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(reader.Read() && reader.TokenType == JsonTokenType.String, $"__metadata__: the value of {Quoted.Of(key)} is not a text");
            Expect(_metadata.TryAdd(key, reader.GetString()!), $"__metadata__: {Quoted.Of(key)} is listed twice");
        }
    }

    private SafetensorsEntry ParseEntry(string name, ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, name, "is not described by an object");
        string? type = null;
        List<int>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string field = reader.GetString()!;
            reader.Read();
            switch (field)
            {
                case "dtype":
                    Require(type is null && reader.TokenType == JsonTokenType.String, name, "dtype is not one text");
                    type = reader.GetString();
                    break;
                case "shape":
                    Require(shape is null, name, "shape is listed twice");
                    shape = Numbers(name, field, ref reader).ConvertAll(size => size <= int.MaxValue ? (int)size : throw Bad(name, Invariant($"an axis of {size} is longer than {int.MaxValue}")));
                    break;
                case "data_offsets":
                    Require(offsets is null, name, "data_offsets is listed twice");
                    offsets = Numbers(name, field, ref reader);
                    break;
                default:
                    throw Bad(name, $"has an unknown field {Quoted.Of(field)}");
            }
        }

        Require(type is not null, name, "has no dtype");
        Require(shape is not null, name, "has no shape");
        Require(offsets?.Count == 2, name, "data_offsets is not a pair");
        return Checked(new SafetensorsEntry(name, type!, shape!, offsets![0], offsets[1]));
    }

    private SafetensorsEntry Checked(SafetensorsEntry entry)
    {
        Require(entry.Begin <= entry.End, entry.Name, Invariant($"its data begin at {entry.Begin}, after their end at {entry.End}"));
        long? count = Shapes.Count(entry.Shape);
        Require(count is not null, entry.Name, $"{Shapes.Text(entry.Shape)} holds more than 2^63 numbers");
        int bits = SafetensorsEntry.Bits(entry.ElementType);
        if (bits > 0 && (UInt128)(ulong)count!.Value * (uint)(bits / 8) != (ulong)(entry.End - entry.Begin))
        {
            throw Bad(entry.Name, Invariant($"{Shapes.Text(entry.Shape)} of {entry.ElementType} takes {Shapes.Product(entry.Shape)} × {bits / 8} bytes, but its data have {entry.End - entry.Begin}"));
        }

        return entry;
    }

    private List<long> Numbers(string name, string field, ref Utf8JsonReader reader)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, name, $"{field} is not a list");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0, name, $"{field} holds something else than whole numbers from 0 to 2^63 - 1");
            numbers.Add(reader.GetInt64());
        }

        return numbers;
    }

    // The format wants every byte of the data to belong to one tensor: nothing hides in gaps, and nothing is read twice.
    private void CheckOffsets(long dataSize)
    {
        long reached = 0;
        SafetensorsEntry? before = null;
        foreach (SafetensorsEntry entry in _entries.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            Require(entry.End <= dataSize, entry.Name, Invariant($"its data end at {entry.End}, but the file has only {dataSize} bytes of data; it is cut short or wrong"));
            Require(entry.Begin >= reached, entry.Name, Invariant($"its data begin at {entry.Begin}, inside those of {Quoted.Of(before?.Name ?? "")}, which end at {reached}"));
            Require(entry.Begin == reached, entry.Name, Invariant($"its data begin at {entry.Begin}, but what comes before ends at {reached}: {entry.Begin - reached} bytes belong to no tensor"));
            (reached, before) = (entry.End, entry);
        }

        Expect(reached == dataSize, Invariant($"the last tensor ends at {reached}, but the file has {dataSize} bytes of data"));
    }

    private void Expect(bool condition, string message)
    {
        if (!condition)
        {
            throw Bad(message);
        }
    }

    private void Require(bool condition, string tensor, string message)
    {
        if (!condition)
        {
            throw Bad(tensor, message);
        }
    }
}
