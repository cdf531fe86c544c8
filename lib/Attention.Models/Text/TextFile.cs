using System.Text;

namespace Attention.Models;

/// <summary>Files of UTF-8 text, read line by line with numbers for error messages, and replaced in one step.</summary>
internal static class TextFile
{
    internal static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Lines with their numbers, which count from one. A line ends with \n or \r\n; what follows the last line break is a line when it is not empty.</summary>
    /// <exception cref="InvalidDataException">A line is not UTF-8.</exception>
    internal static IEnumerable<(string Text, int Number)> Lines(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = File.ReadAllBytes(path);
        int number = 0;
        for (int start = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0; start < bytes.Length;)
        {
            int length = bytes.AsSpan(start).IndexOf((byte)'\n');
            int end = length < 0 ? bytes.Length : start + length;
            number++;
            yield return (Line(path, number, bytes.AsSpan(start..end)), number);
            start = end + 1;
        }
    }

    private static string Line(string path, int number, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes is [.. ReadOnlySpan<byte> line, (byte)'\r'] ? line : bytes);
        }
        catch (DecoderFallbackException invalid)
        {
            throw new InvalidDataException($"{path}:{number}: byte {invalid.Index + 1} of the line is not UTF-8", invalid);
        }
    }

    /// <summary>Whether the text can be written as UTF-8: every surrogate has its other half.</summary>
    internal static bool IsWellFormed(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }

    /// <summary>Writes lines that end with \n to a new file beside the old one, which it then replaces.</summary>
    internal static void WriteLines(string path, IEnumerable<string> lines) => Replace(path, stream =>
    {
        using var writer = new StreamWriter(stream, Strict, leaveOpen: true) { NewLine = "\n" };
        foreach (string line in lines)
        {
            writer.WriteLine(line);
        }
    });

    /// <summary>Writes a new file beside the old one, which it then replaces; a failure leaves the old one and no other.</summary>
    internal static void Replace(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
