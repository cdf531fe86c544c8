using System.Text;
using static System.FormattableString;

namespace Attention.Models;

/// <summary>The lines of a text file, one at a time, numbered from 1; and the form of the messages that name one.</summary>
internal static class TextLines
{
    /// <summary>No line is longer; a file without line ends is refused before it fills the memory.</summary>
    public const int LongestLine = 1 << 24;

    /// <summary>Reads UTF-8 lines that end in a line feed, with or without a carriage return before it; a byte-order mark is skipped.</summary>
    /// <exception cref="InvalidDataException">A line is not UTF-8, or too long.</exception>
    public static IEnumerable<(int Number, string Text)> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] buffer = new byte[1 << 16];
        int start = 0, end = 0, number = 0;
        while (true)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                yield return (++number, Decode(path, number, buffer.AsSpan(start, length)));
                start += length + 1;
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                if (end >= LongestLine)
                {
                    throw Bad(path, number + 1, Invariant($"longer than {LongestLine} bytes"));
                }

                Array.Resize(ref buffer, 2 * buffer.Length);
            }

            int read = stream.Read(buffer, end, buffer.Length - end);
            end += read;
            if (number == 0 && ForeignFile.Says(buffer.AsSpan(0, end)) is { } says)
            {
                throw Bad(path, 1, says);
            }

            if (read == 0)
            {
                if (end > 0 && !(number == 0 && buffer.AsSpan(0, end).SequenceEqual(Encoding.UTF8.Preamble)))
                {
                    yield return (++number, Decode(path, number, buffer.AsSpan(0, end)));
                }

                yield break;
            }
        }
    }

    /// <summary>An error at a line of a file: <c>path(line): message</c>, which editors and terminals can open.</summary>
    public static InvalidDataException Bad(string path, long line, string message, Exception? cause = null) => new(Invariant($"{path}({line}): {message}"), cause);

    private static string Decode(string path, int number, ReadOnlySpan<byte> line)
    {
        if (number == 1 && line.StartsWith(Encoding.UTF8.Preamble))
        {
            line = line[Encoding.UTF8.Preamble.Length..];
        }

        if (line.EndsWith("\r"u8))
        {
            line = line[..^1];
        }

        try
        {
            return AtomicFile.Strict.GetString(line);
        }
        catch (DecoderFallbackException error)
        {
            throw Bad(path, number, Invariant($"byte {error.Index + 1} of the line is not UTF-8"), error);
        }
    }
}
