using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static System.FormattableString;

namespace Attention.Models;

public sealed partial class SafetensorsFile
{
    /// <summary>Writes tensors as float32, wholly or not at all: what stood at the path stays until the new file is complete.</summary>
    /// <param name="path">Where to write; its folder must exist.</param>
    /// <param name="tensors">What to write, in this order.</param>
    /// <param name="metadata">Texts about the file; none when omitted.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, a name is reserved or is no valid Unicode, or the header would be longer than the format allows.</exception>
    /// <remarks>The header is padded with spaces, so that the numbers begin at a multiple of 64 bytes. The same tensors give the same bytes; metadata are written in the order of their keys.</remarks>
    public static void Write(string path, IEnumerable<NamedWeights> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        NamedWeights[] all = [.. tensors];
        CheckNames(all);
        byte[] header = Header(all, metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (NamedWeights tensor in all)
            {
                FloatBytes.Write(stream, tensor.Values.Span);
            }
        });
    }

    private static void CheckNames(NamedWeights[] tensors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (NamedWeights tensor in tensors)
        {
            if (tensor.Name == "__metadata__" || !IsUnicode(tensor.Name) || !seen.Add(tensor.Name))
            {
                string reason = tensor.Name == "__metadata__" ? "is reserved by the format" : IsUnicode(tensor.Name) ? "names two tensors" : "is no valid Unicode";
                throw new ArgumentException($"tensors: {Quoted.Of(tensor.Name)} {reason}", nameof(tensors));
            }
        }
    }

    private static bool IsUnicode(string text)
    {
        try
        {
            return AtomicFile.Strict.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static byte[] Header(NamedWeights[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (metadata?.Count > 0)
            {
                writer.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long begin = 0;
            foreach (NamedWeights tensor in tensors)
            {
                long end = begin + ((long)tensor.Values.Length * sizeof(float));
                WriteEntry(writer, tensor, begin, end);
                begin = end;
            }

            writer.WriteEndObject();
        }

        int padded = ((8 + json.WrittenCount + 63) / 64 * 64) - 8;
        if (padded > SafetensorsHeader.LongestHeader)
        {
            throw new ArgumentException(Invariant($"tensors: their header would take {padded} bytes; at most {SafetensorsHeader.LongestHeader} are allowed"), nameof(tensors));
        }

        byte[] header = new byte[8 + padded];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(header, padded);
        json.WrittenSpan.CopyTo(header.AsSpan(8));
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter writer, NamedWeights tensor, long begin, long end)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString("dtype", "F32");
        writer.WriteStartArray("shape");
        foreach (int size in tensor.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(begin);
        writer.WriteNumberValue(end);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
